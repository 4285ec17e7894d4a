"""An embedded Solana validator: LiteSVM behind the JSON-RPC and WebSocket API.

This package's root and :mod:`solana_localnet.spawn` import nothing but the standard library, so that a program in
another environment can start a localnet without installing its dependencies.

The distribution `solana-localnet` has no package `localnet`: a distribution of that name has such a module.
"""

__version__ = "0.1.0"
