"""The chain itself: accounts, slots, blockhashes, history, and the ledger on disk."""
