"""Values of kinds that have rules of their own."""
