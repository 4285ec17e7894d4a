"""What programs say about themselves: IDLs, where they come from, and bytes read by them."""
