"""Back ends: from the intermediate form to bytecode or Rust."""
