"""New projects: `seahorse init NAME`."""

from seahorse.scaffold.project import create_project, program_name

__all__ = ["create_project", "program_name"]
