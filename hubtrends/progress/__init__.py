"""Shows how far a crawl is."""
