"""IDLs: how clients call a program and read its accounts, events and errors."""

from seahorse.idl.anchor import anchor_idl
from seahorse.idl.legacy import legacy_idl

__all__ = ["anchor_idl", "legacy_idl"]
