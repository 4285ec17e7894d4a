"""Running transactions: checks, creation of accounts, calls between programs."""
