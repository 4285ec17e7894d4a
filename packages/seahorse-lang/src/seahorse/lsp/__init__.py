"""The language server: what editors ask while a program is being written."""
