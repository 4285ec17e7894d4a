"""IDLs of programs: where they come from, and how they read bytes."""
