"""Groups of entities and what each gained in a week, one module per group."""
