"""A fuzzer of the command line; `make fuzz SECONDS=600` runs it, the tests do not."""
