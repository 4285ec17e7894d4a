"""The tasks of the Solana program Rosetta, written in the language.

Where other languages' versions are bare entrypoints, this is one program as programs are written here: instructions
chosen by discriminator, accounts checked and named.
"""

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Purse(Account):
    """An account of the program's own: only its owner may take lamports out of an account."""

    holder: Pubkey


@instruction
def helloworld() -> None:
    print("Hello world!")


@instruction
def transfer_lamports(source: Purse, destination: UncheckedAccount, amount: u64) -> None:
    source.transfer_lamports(destination, amount)


@instruction
def cpi_allocate(allocated: UncheckedAccount, system_program: Program, bump: u8) -> None:
    """Let the system program give 42 bytes to an address of this program (instruction 8, Allocate)."""
    assert Pubkey.create_program_address(["You pass butter", bump], ID) == allocated.key()
    system_program.invoke(
        [CpiAccount(allocated, mut=True, seeds=["You pass butter", bump])],
        [8, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0],
    )


@instruction
def pubkey_compare(account: UncheckedAccount) -> None:
    assert account.key() == account.owner()
