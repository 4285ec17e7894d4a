"""The operator's side: deployment, the initialization sequence, status and audit, as functions and as commands."""
