"""The methods of the protocol, a file for each family; importing a file registers its methods."""
