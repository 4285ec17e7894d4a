"""The page: rendered here, readable without JavaScript, alive with it."""
