"""End-to-end suites: over RPC in the client's environment; the stateful ones run in localnet's, which can load programs."""

from importlib.metadata import version

# The in-process VM of older releases cannot load the programs' bytecode.
FIRST_VERSION_WITH_VM = (0, 29)

solders = tuple(int(part) for part in version("solders").split(".")[:2])
collect_ignore = [] if solders >= FIRST_VERSION_WITH_VM else ["stateful"]
