"""Renders one report in every format."""
