"""Fetches pages of the Hub and turns them into validated records, spooled to disk as they come."""
