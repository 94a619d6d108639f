"""Checks the installation, the database and the Hub, and collects the status of a store."""
