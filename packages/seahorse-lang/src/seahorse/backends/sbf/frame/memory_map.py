"""Where the input and the heap lie in the memory of a program, and what stands at their beginning."""

# How many accounts an instruction is given, and then the accounts.
INPUT_ADDRESS = 4 << 32

HEAP_ADDRESS = 3 << 32
HEAP_SIZE = 32 * 1024
# 0, or one more than the number of accounts given when that is too few.
MISSING_ADDRESS = HEAP_ADDRESS + 8
FIRST_ADDRESS = HEAP_ADDRESS + 16
# In programs whose events are calls: the record of the account that signs them, or 0. Behind it, or here, the records
# of those that sign the events of programs which this one calls.
EVENT_AUTHORITY_ADDRESS = FIRST_ADDRESS
