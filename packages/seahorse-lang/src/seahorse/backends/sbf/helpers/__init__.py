"""Functions of the runtime that a program gets when it uses them: wide integers, text, floats."""
