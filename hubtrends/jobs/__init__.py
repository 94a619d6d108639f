"""The jobs that commands and the daemon share."""
