"""Compares the score with other formulas on simulated counters."""
