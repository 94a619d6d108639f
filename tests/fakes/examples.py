"""How many examples a property test takes when each example builds a database."""

from hypothesis import settings

BUILDS_DATABASE = settings(max_examples=settings().max_examples // 10, deadline=None)
"""A tenth of the profile: 4 examples, or 100 with `--hypothesis-profile soak`."""
