"""Builds the front page of a report: headline, five sentences, and the entities to know."""
