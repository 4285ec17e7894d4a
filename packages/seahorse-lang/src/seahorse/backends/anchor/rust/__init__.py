"""Rust source as a tree, and its layout: what is printed here is what rustfmt would print."""
