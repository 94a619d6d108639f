"""Serves the simulated Hub over HTTP on loopback."""
