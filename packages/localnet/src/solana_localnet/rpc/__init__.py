"""The JSON-RPC methods, one module per family, and the dispatcher that finds them."""
