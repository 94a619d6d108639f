"""A fuzzer of the command line, outside of the tests: `make fuzz SECONDS=600`."""
