"""What the services are told: one TOML file and GTX_* variables, all checked at the start."""
