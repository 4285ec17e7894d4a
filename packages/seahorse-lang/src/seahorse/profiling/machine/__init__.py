"""Executes bytecode instruction by instruction, beside the virtual machine, and counts where the units go."""
