"""What names, types and literals of the language are called in Rust."""
