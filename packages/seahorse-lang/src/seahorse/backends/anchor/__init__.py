"""The Anchor backend: a program as an idiomatic Rust crate for Anchor 0.32."""

from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.program import generate, workspace_files

__all__ = ["UnsupportedError", "generate", "workspace_files"]
