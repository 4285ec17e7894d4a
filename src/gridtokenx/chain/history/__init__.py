"""The history of the chain: transactions that landed, sweeps of the history, and news as they come."""
