"""Statements, loops, and the control flow that Rust checks."""
