"""Types that are not known yet, and how they become known."""
