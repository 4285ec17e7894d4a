"""The engines that execute the transactions of a test: the virtual machine, CPython, or both."""
