"""Costs of a transaction: fees, cost units, sizes of the accounts that it loads; and token balances before and after
it."""
