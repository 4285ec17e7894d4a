"""What is known while a body is checked: its names, options known to be present, methods of types."""
