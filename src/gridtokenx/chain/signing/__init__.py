"""Transactions that several parties sign one after the other, and what they pay for being taken."""
