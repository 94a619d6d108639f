"""Replace the database file by a changed copy while readers go on."""
