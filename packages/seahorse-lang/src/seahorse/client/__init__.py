"""Typed Python clients of programs, from their IDLs."""

from seahorse.client.command import ClientRun, write_client

__all__ = ["ClientRun", "write_client"]
