"""Replace the database file with a changed copy without disturbing readers."""
