"""The Seahorse language: Python sources in, sBPF bytecode, Anchor Rust and IDLs out."""
