"""Formats, labels and sanitizes text."""
