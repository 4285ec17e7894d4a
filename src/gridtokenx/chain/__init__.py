"""The chain, seen from a client: RPC, wallets, programs and their IDLs, deployment."""
