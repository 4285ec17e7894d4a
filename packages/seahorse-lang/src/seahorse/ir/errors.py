"""Errors that no program declares: those of Anchor's framework and of the runtime. One table for all back ends."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class AnchorError(IntEnum):
    """A framework error by its name, with its number and message (Anchor's lang/src/error.rs)."""

    message: str

    def __new__(cls, number: int, message: str) -> AnchorError:
        member = int.__new__(cls, number)
        member._value_ = number
        member.message = message
        return member

    InstructionMissing = 100, "Instruction discriminator not provided"
    InstructionFallbackNotFound = 101, "Fallback functions are not supported"
    InstructionDidNotDeserialize = 102, "The program could not deserialize the given instruction"
    IdlInstructionInvalidProgram = 1001, "Invalid program given to the IDL instruction"
    IdlAccountNotEmpty = 1002, "IDL account must be empty in order to resize, try closing first"
    ConstraintMut = 2000, "A mut constraint was violated"
    ConstraintZero = 2013, "Expected zero account discriminant"
    ConstraintHasOne = 2001, "A has one constraint was violated"
    ConstraintRaw = 2003, "A raw constraint was violated"
    ConstraintExecutable = 2007, "An executable constraint was violated"
    ConstraintClose = 2011, "A close constraint was violated"
    ConstraintSigner = 2002, "A signer constraint was violated"
    ConstraintRentExempt = 2005, "A rent exemption constraint was violated"
    ConstraintSeeds = 2006, "A seeds constraint was violated"
    ConstraintAssociated = 2009, "An associated constraint was violated"
    ConstraintAddress = 2012, "An address constraint was violated"
    ConstraintTokenMint = 2014, "A token mint constraint was violated"
    ConstraintTokenOwner = 2015, "A token owner constraint was violated"
    ConstraintMintMintAuthority = 2016, "A mint mint authority constraint was violated"
    ConstraintMintDecimals = 2018, "A mint decimals constraint was violated"
    ConstraintAccountIsNone = 2020, "A required account for the constraint is None"
    ConstraintDuplicateMutableAccount = 2040, "A duplicate mutable account constraint was violated"
    RequireViolated = 2500, "A require expression was violated"
    RequireGteViolated = 2506, "A require_gte expression was violated"
    AccountDiscriminatorNotFound = 3001, "No discriminator was found on the account"
    AccountDiscriminatorMismatch = 3002, "Account discriminator did not match what was expected"
    AccountDidNotDeserialize = 3003, "Failed to deserialize the account"
    AccountDidNotSerialize = 3004, "Failed to serialize the account"
    AccountNotEnoughKeys = 3005, "Not enough account keys given to the instruction"
    AccountOwnedByWrongProgram = 3007, "The given account is owned by a different program than expected"
    InvalidProgramId = 3008, "Program ID was not as expected"
    InvalidProgramExecutable = 3009, "Program account is not executable"
    AccountNotSigner = 3010, "The given account did not sign"
    AccountNotSystemOwned = 3011, "The given account is not owned by the system program"
    AccountNotInitialized = 3012, "The program expected this account to be already initialized"
    AccountNotProgramData = 3013, "The given account is not a program data account"
    AccountNotAssociatedTokenAccount = 3014, "The given account is not the associated token account"
    AccountSysvarMismatch = 3015, "The given public key does not match the required sysvar"
    DeclaredProgramIdMismatch = 4100, "The declared program id does not match the actual program id"
    TryingToInitPayerAsProgramAccount = 4101, "You cannot/should not initialize the payer account as a program account"
    # Not Anchor's: a Rust program that runs out of heap panics instead.
    HeapExhausted = 4200, "The instruction needs more than the 32 KiB of heap that it has"


def anchor_error(code: int) -> AnchorError | None:
    """The framework error of a number; None when it is the number of something else."""
    try:
        return AnchorError(code)
    except ValueError:
        return None


TOO_SHORT = AnchorError.AccountDiscriminatorNotFound
"""What an account gives whose data is shorter than the discriminator that it must have, in every execution."""


class ProgramError(NamedTuple):
    """An error of the runtime (solana-program-error). A program returns the number in the upper 32 bits.

    `message`: as Anchor logs it; `words`: as the runtime says it in `Program X failed: ...`.
    """

    number: int
    message: str
    words: str


PROGRAM_ERRORS = {
    "InvalidArgument": ProgramError(
        2, "The arguments provided to a program instruction were invalid", "invalid program argument"
    ),
    "InvalidInstructionData": ProgramError(3, "An instruction's data contents was invalid", "invalid instruction data"),
    "InvalidAccountData": ProgramError(
        4, "An account's data contents was invalid", "invalid account data for instruction"
    ),
    "InsufficientFunds": ProgramError(
        6, "An account's balance was too small to complete the instruction", "insufficient funds for instruction"
    ),
    "IncorrectProgramId": ProgramError(
        7, "The account did not have the expected program id", "incorrect program id for instruction"
    ),
    "UninitializedAccount": ProgramError(
        10,
        "An attempt to operate on an account that hasn't been initialized",
        "instruction requires an initialized account",
    ),
    "MaxSeedLengthExceeded": ProgramError(
        13,
        "Length of the seed is too long for address generation",
        "Length of the seed is too long for address generation",
    ),
    "InvalidSeeds": ProgramError(
        14, "Provided seeds do not result in a valid address", "Provided seeds do not result in a valid address"
    ),
    "UnsupportedSysvar": ProgramError(17, "Unsupported sysvar", "Unsupported sysvar"),
    "InvalidRealloc": ProgramError(20, "Failed to reallocate account data", "Failed to reallocate account data"),
    "InvalidAccountOwner": ProgramError(23, "Invalid account owner", "Invalid account owner"),
    "ArithmeticOverflow": ProgramError(24, "Program arithmetic overflowed", "Program arithmetic overflowed"),
}
PROGRAM_ERROR_NUMBERS = 100
"""Numbers of the runtime's errors are below it, those of Anchor and of programs above."""
