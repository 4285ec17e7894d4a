"""From the instruction's input to its body: dispatch, checks of accounts, creation, what follows the last account."""
