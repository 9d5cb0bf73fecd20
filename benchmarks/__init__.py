"""The benchmarks: `make bench` prints a table and writes results.json."""
