"""The figures of the pages, from the tables: a module for each page."""
