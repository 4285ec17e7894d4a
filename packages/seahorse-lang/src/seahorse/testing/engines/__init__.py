"""What executes the transactions of a test: the virtual machine, CPython, or both."""
