"""The explorer: a page about the chain, served by the localnet itself."""
