"""How well words of practice are understood: `python -m benchmarks.words`."""
