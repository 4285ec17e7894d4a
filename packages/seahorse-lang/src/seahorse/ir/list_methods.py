"""What the methods of a list do to it."""

# Those that change a list, and those of them that change its length.
MUTATORS = frozenset(f"list.{m}" for m in ("append", "pop", "insert", "remove", "extend", "clear", "reverse", "sort"))
RESIZERS = MUTATORS - {"list.reverse", "list.sort"}
# Those that store what they are given, or its items.
STORING = frozenset(("list.append", "list.insert", "list.extend"))
# Those after which an item is, or may be, in another place.
REORDERS = MUTATORS - {"list.append", "list.extend"}
