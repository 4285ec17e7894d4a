"""Every instruction of the five programs as a typed function: keys and values in, a ready instruction out.

A function here sends nothing. `await client.send(registry.register_user(client, ...), user)` does, with the keypairs
that the instruction's docstring names as signers.
"""
