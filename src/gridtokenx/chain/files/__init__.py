"""Files of this machine: the checkout of the project, and key files."""
