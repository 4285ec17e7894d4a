"""Python source to restricted syntax trees: reading, parsing, positions, and the modules that an import finds."""

from seahorse.syntax.loader import Module, Package, Workspace, module_file, program_name, programs_root
from seahorse.syntax.source import Source

__all__ = ["Module", "Package", "Source", "Workspace", "module_file", "program_name", "programs_root"]
