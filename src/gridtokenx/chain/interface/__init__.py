"""The five programs as a client sees them: instructions, accounts, addresses, events and errors."""
