"""How programs are imported under plain Python: modules and programs may import each other."""
