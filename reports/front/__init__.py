"""Tells the news of the week: headline, five sentences, and the entities to know."""
