"""The off-chain half: gateway, indexer, clearing round the clock, meters, notices, and a page for people."""
