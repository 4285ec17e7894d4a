"""Knowledge during the check of a body: its names, options known to be present, methods of types."""
