"""How chain data looks on the wire: base58, account and transaction encodings, parsed forms, error texts."""
