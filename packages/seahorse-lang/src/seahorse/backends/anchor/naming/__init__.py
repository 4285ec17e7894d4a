"""Names, types and literals of the language in Rust."""
