"""The checks of doctor: each looks at one entity and says what it found and how to mend it."""
