"""GridTokenX: a peer-to-peer energy market for a campus. Client library and operator command line."""
