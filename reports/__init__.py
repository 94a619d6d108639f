"""Turns results into a weekly report: one model, many formats."""
