"""Estimates and shows the progress of a crawl."""
