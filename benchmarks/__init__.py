"""Measures speed, memory, growth and the quality of rankings; asserts nothing."""
