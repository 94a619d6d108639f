"""Turns the Hub's JSON into checked columns, one module per kind."""
