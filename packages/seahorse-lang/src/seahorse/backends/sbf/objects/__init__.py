"""Objects on the heap and in accounts: lists, text, comparison, iteration, sorting."""
