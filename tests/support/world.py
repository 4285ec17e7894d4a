"""A chain with people on it: calls by name, and the campus initialized as far as a suite needs it."""

from __future__ import annotations

from typing import Any

from anchorpy_core.idl import IdlTypeDefined, IdlTypeOption
from bench.founding import Step
from pyheck import snake
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.sysvar import CLOCK, RENT
from spl.token.instructions import create_idempotent_associated_token_account
from tests.support.call import Call
from tests.support.chain import Chain

from gridtokenx.chain.interface.addresses import (
    SYSTEM_PROGRAM,
    TOKEN_PROGRAM,
    UPGRADEABLE_LOADER,
    Addresses,
    associated_token_address,
    program_data_address,
)
from solana_localnet.spawn import Localnet

GRID_PER_WH = 1_000_000
FEE_BPS = 25
NOBODY = Pubkey.default()


class World(Chain):
    """A chain, its addresses, and calls whose accounts fill themselves in where there is only one right account."""

    def __init__(self, net: Localnet) -> None:
        super().__init__(net)
        self.ids = {name: program.program_id for name, program in self.programs.items()}
        self.at = Addresses(self.ids)
        self.defaults = {
            "registry": self.at.registry,
            "oracle_data": self.at.oracle_data,
            "token_info": self.at.token_info,
            "mint": self.at.energy_mint,
            "energy_mint": self.at.energy_mint,
            "market": self.at.market,
            "energy_vault": self.at.vault(self.at.energy_mint),
            "payment_vault": self.at.vault(self.at.energy_mint),
            "poa_config": self.at.poa_config,
            "system_program": SYSTEM_PROGRAM,
            "token_program": TOKEN_PROGRAM,
            "upgrade_authority": self.at.upgrade_authority,
            "rent": RENT,
            "clock": CLOCK,
            "loader": UPGRADEABLE_LOADER,
            **{f"{name}_program": key for name, key in self.ids.items()},
        }

    def call(self, program: str, name: str, /, *args: Any, **accounts: Keypair | Pubkey | None) -> Call:
        """A call of `program.name`. A Keypair among the accounts signs; None leaves an optional account out.

        Enum arguments are given as their variant's name, structs as dictionaries.
        """
        client = self.programs[program]
        entry = next(item for item in client.idl.instructions if snake(item.name) == name)
        keys: dict[str, Pubkey] = {}
        for account in (snake(item.name) for item in entry.accounts):
            if account in accounts:
                value = accounts[account]
                keys[account] = value.pubkey() if isinstance(value, Keypair) else value or client.program_id
            elif account == "program_data":
                keys[account] = program_data_address(client.program_id)
            else:
                keys[account] = self.defaults[account]
        unknown = accounts.keys() - keys.keys()
        assert not unknown, f"{program}.{name} has no account {unknown}"
        values = tuple(self._value(program, arg.ty, value) for arg, value in zip(entry.args, args, strict=True))
        signers = tuple(value for value in accounts.values() if isinstance(value, Keypair))
        return Call(client, name, values, keys, signers)

    def step(self, step: Step) -> Call:
        """The call of a step of the founding."""
        return self.call(step.program, step.instruction, *step.arguments.values(), **step.accounts)

    def _value(self, program: str, kind: Any, value: Any) -> Any:
        if isinstance(kind, IdlTypeOption):
            return None if value is None else self._value(program, kind.option, value)
        if isinstance(kind, IdlTypeDefined) and isinstance(value, str):
            return getattr(self.programs[program].type[kind.defined], value)()
        # AnchorPy takes a struct as a dictionary too; it would copy an object of its own, which keys do not allow.
        return value

    def grid(self, owner: Keypair | Pubkey) -> Pubkey:
        """The owner's associated token account for GRID."""
        return self.token_account(owner, self.at.energy_mint)

    def token_account(self, owner: Keypair | Pubkey, mint: Pubkey) -> Pubkey:
        """The owner's associated token account for a mint."""
        return associated_token_address(owner.pubkey() if isinstance(owner, Keypair) else owner, mint)

    async def open_token_account(self, owner: Keypair, mint: Pubkey | None = None) -> Pubkey:
        """Creates the owner's associated token account, paid for by the fee payer."""
        mint = mint or self.at.energy_mint
        await self.send(create_idempotent_associated_token_account(self.payer.pubkey(), owner.pubkey(), mint))
        return self.token_account(owner, mint)

    async def balance(self, token_account: Pubkey) -> int:
        """Base units in a token account."""
        state = await self.state(token_account)
        return int.from_bytes(state.data[64:72], "little")

    async def supply(self, mint: Pubkey | None = None) -> int:
        """Base units of a mint in existence."""
        state = await self.state(mint or self.at.energy_mint)
        return int.from_bytes(state.data[36:44], "little")
