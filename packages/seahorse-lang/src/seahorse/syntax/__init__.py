"""Python source to restricted syntax trees: reading, parsing, positions, and the modules that an import finds."""

from seahorse.syntax.loader import Package, SourceModule, SourceWorkspace, module_file, program_name, programs_root
from seahorse.syntax.refused import RefusedStatement
from seahorse.syntax.source import Source

__all__ = [
    "Package",
    "RefusedStatement",
    "Source",
    "SourceModule",
    "SourceWorkspace",
    "module_file",
    "program_name",
    "programs_root",
]
