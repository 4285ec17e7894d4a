"""From where readings come, besides the API: files in a folder, a broker; and what brings them to the chain."""
