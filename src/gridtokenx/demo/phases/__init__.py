"""The phases of the demo, in the order in which they run."""
