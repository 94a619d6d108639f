"""The checks of doctor: each looks at one thing and says what it found and how to mend it."""
