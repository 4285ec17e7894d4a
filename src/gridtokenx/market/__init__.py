"""The market, seen from a client: units, readings, accounts, actions, matching, audit."""
