"""Supplies the items of a simulated Hub."""
