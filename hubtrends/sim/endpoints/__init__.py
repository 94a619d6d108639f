"""Answers the endpoints of the simulated Hub."""
