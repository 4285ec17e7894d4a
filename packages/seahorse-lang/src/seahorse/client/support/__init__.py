"""What every client needs: Borsh, addresses, reading accounts, logs."""
