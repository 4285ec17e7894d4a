"""The Anchor backend: a program as an idiomatic Rust crate for Anchor 0.32 or 1."""

from seahorse.backends.anchor.naming.dialect import DIALECTS, Dialect
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.program import generate, workspace_files

__all__ = ["DIALECTS", "Dialect", "UnsupportedError", "generate", "workspace_files"]
