"""Control methods under the names that Surfpool gave them."""
