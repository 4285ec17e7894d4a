"""The services' own keys, each with the few instructions that it may sign."""
