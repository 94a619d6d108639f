"""A simulated world that changes day by day."""
