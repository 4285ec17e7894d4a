"""One typed, backend-neutral form, with every account check explicit."""
