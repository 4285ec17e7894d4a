"""Values that fit registers: integers, floats, slices of text."""
