"""Knowledge during the translation of a body: its bindings, and which values Rust may borrow or copy, or must
refuse."""
