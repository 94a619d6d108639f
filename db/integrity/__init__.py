"""Read and check a whole database in a child process."""
