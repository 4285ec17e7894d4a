"""Names, types and accounts: from syntax trees to the checked program."""
