"""Assignments: what stands on the left, and `op=`."""
