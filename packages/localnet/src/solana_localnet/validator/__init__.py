"""solana-test-validator's own flags, files and words, so that scripts which start one by name start this."""
