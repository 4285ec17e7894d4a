"""Shows what each stage of the compiler makes of a program, with the lines of its source."""

from seahorse.inspection.stages import STAGES, NothingToShow, show

__all__ = ["STAGES", "NothingToShow", "show"]
