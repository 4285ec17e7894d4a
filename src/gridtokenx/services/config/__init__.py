"""Settings of the services: one TOML file and GTX_* variables, all checked at the start."""
