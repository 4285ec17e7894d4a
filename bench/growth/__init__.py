"""How figures grow: compute units against what is there already, settlement time against orders; plots of both."""
