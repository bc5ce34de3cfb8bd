"""Benchmarks; each is run by name, and none by a normal run."""
