"""Facts about a body before its translation: the back end finds them once on the checked tree, and never changes
them."""
