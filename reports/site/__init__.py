"""Makes a folder of reports a site that any static server hosts."""
