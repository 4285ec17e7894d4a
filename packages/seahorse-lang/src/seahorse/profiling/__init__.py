"""Where the compute units of a program go, by source line and function: what `seahorse profile` shows."""
