"""A whole campus on this machine: a localnet, its people and meters, and every service, with one command."""
