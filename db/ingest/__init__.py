"""Stores spooled pages as snapshots."""
