"""Delete snapshots and entities, for retention, privacy and repairs."""
