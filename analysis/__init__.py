"""Reads the store and computes what changed in a week, by how much, and between which snapshots."""
