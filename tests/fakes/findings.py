"""Helpers for the findings of checks."""

from collections.abc import Iterable

from hubtrends.health.finding import Finding


def finding_of(findings: Iterable[Finding], check: str) -> Finding:
    """Return the only finding of a check."""
    (found,) = [finding for finding in findings if finding.check == check]
    return found
