"""Calls that need accounts: signatures, new accounts, other programs, price accounts."""
