"""Routes: thin, each a call of a use-case."""
