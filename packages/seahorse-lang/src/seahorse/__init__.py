"""The Seahorse language: Python sources in, sBPF bytecode, Anchor Rust and IDLs out."""

__version__ = "0.1.0"
