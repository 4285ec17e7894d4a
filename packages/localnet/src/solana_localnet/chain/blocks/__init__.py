"""Blocks as they become final: transactions that landed, accounts before them, commitment levels, slot sysvars."""
