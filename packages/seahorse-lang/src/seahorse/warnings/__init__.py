"""Warnings: code of a program that builds but can hardly be meant, and the comments that silence them."""

from seahorse.warnings.kinds import KINDS
from seahorse.warnings.program import warnings_of

__all__ = ["KINDS", "warnings_of"]
