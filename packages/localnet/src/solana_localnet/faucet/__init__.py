"""The faucet: lamports for whoever asks, over TCP, as a validator's faucet port has it."""
