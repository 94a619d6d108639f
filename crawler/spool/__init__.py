"""Keeps crawled pages on disk until the store has committed them."""
