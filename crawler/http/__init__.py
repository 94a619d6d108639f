"""Speaks HTTP with the Hub: pace, deadlines, retries and errors."""
