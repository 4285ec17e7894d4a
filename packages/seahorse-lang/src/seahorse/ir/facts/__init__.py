"""Facts about the checked tree that every back end needs."""
