"""The part of the language that is written in the language: functions that become part of a program that uses them."""

# The prelude exports names of this package, whose modules import values of the prelude. So a module of this package
# that is imported first must find the whole prelude.
from seahorse import prelude as prelude
