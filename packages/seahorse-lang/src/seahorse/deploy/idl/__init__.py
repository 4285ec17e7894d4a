"""IDLs on the chain: written there, and read from there."""
