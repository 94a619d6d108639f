"""Deletes snapshots and entities: retention, privacy, repairs."""
