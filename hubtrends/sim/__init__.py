"""Simulates a Hub on loopback for the demo, the tests and the benchmarks."""
