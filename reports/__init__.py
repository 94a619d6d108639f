"""Turns the records of an analysis into a weekly report in many formats."""
