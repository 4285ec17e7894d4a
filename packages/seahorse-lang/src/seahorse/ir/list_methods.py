"""What the methods of a list do to it, by name: sets made of `facts.operations`."""

from seahorse.ir.facts.operations import OPERATIONS

# Those that change a list, and those of them that change its length.
MUTATORS = frozenset(o.name for o in OPERATIONS.values() if o.changes)
RESIZERS = frozenset(o.name for o in OPERATIONS.values() if o.resizes)
# Those that store what they are given, or its items.
STORING = frozenset(o.name for o in OPERATIONS.values() if o.stores)
# Those after which an item is, or may be, in another place.
REORDERS = frozenset(o.name for o in OPERATIONS.values() if o.moves_items)
