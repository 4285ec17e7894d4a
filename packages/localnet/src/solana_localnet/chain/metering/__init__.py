"""What a transaction costs and moves: fees, cost units, sizes of what it loads, token balances."""
