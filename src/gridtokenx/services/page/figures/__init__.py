"""What the pages tell, from the tables: a module for each of them."""
