"""The HTTP API: people prepare and sign, meters push, everybody reads."""
