"""What this machine holds: the checkout of the project, and key files."""
