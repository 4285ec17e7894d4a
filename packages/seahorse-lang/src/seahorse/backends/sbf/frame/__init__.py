"""What is known while code is written: the program, the function, its variables, memory and errors."""
