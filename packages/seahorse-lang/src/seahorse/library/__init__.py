"""The part of the language that is written in the language: functions that become part of a program that uses them."""
