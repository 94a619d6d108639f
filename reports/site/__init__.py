"""Turns a folder of reports into a site for any static server."""
