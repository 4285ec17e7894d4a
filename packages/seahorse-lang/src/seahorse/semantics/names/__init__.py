"""Names: symbols, modules and their imports, the prelude's names, the order of functions."""
