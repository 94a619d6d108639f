"""Write verified copies of the database and restore them."""
