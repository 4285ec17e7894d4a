"""Control methods under the names, parameters and answers that Surfpool gave them."""
