"""Python source to restricted syntax trees: reading, parsing, positions, and the modules that an import finds."""

from seahorse.syntax.loader import Module, Package, Workspace
from seahorse.syntax.source import Source

__all__ = ["Module", "Package", "Source", "Workspace"]
