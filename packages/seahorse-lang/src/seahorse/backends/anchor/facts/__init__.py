"""What is true of a body before it is translated: found once on the checked tree, and never changed."""
