"""The shell: command line, daemon, pipeline and configuration; the only place where the stages meet."""
