"""Accounts in memory: their records, fields, Borsh, addresses."""
