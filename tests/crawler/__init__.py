"""Tests the crawler with a simulated Hub and with single fake exchanges."""
