"""The state of a running call: accounts as bytes, addresses, failures."""
