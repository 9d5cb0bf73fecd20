"""What we measure: `make bench` prints the table and writes results.json."""
