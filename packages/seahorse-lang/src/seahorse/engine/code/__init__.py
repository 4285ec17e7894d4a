"""CPython's form of a program: its modules, with the language's conversions at their places."""
