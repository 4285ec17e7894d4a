"""Decisions about a transaction before the virtual machine runs it: its age, its nonce, its programs."""
