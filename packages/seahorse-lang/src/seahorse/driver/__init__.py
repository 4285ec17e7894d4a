"""From a project or a file on disk to artifacts on disk."""
