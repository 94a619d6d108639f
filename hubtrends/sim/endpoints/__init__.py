"""The endpoints of the simulated Hub."""
