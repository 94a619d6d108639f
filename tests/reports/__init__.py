"""Tests of the reports: results made by hand go in, files come out."""
