"""The crank: every quarter-hour is opened, cleared, settled and closed, round the clock."""
