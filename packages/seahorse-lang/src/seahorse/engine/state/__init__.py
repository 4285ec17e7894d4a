"""What a running call has: accounts as bytes, addresses, failures."""
