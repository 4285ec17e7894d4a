"""The jsonParsed forms of instructions and accounts, a file for each family of programs."""
