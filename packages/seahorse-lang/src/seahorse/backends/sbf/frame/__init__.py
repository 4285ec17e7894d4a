"""The back end's knowledge while it writes code: the program, the function, its variables, memory and errors."""
