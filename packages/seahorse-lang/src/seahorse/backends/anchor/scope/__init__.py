"""What is known while a body is translated: its bindings, and what Rust may borrow, copy or must refuse."""
