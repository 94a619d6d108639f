"""Where the items of a simulated Hub come from."""
