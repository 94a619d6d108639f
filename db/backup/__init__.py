"""Writes verified copies of the database and restores them."""
