"""The whole program: functions, instructions, and what is collected for the result."""
