"""What is true of the checked tree, whichever back end asks."""
