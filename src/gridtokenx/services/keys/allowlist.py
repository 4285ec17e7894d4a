"""Which instructions each of the services' keys may sign, and in which place it may stand. All else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.instruction import AccountMeta, Instruction
from solders.message import Message
from solders.pubkey import Pubkey

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.chain.interface.addresses import ASSOCIATED_TOKEN_PROGRAM
from gridtokenx.chain.interface.programs import Programs
from gridtokenx.chain.signing.cosign import is_writable

CREATE_IDEMPOTENT = b"\x01"
"""The associated token program's instruction that makes an account for its payer's rent, once."""

GATEWAY: Mapping[str, frozenset[str]] = {
    "oracle.submit_meter_reading": frozenset(("api_gateway",)),
    "oracle.process_energy_data": frozenset(("api_gateway",)),
    "oracle.trigger_market_clearing": frozenset(("api_gateway",)),
}
MATCHER: Mapping[str, frozenset[str]] = {
    "trading.open_epoch": frozenset(("payer",)),
    "trading.close_epoch": frozenset(("payer",)),
    "trading.match_orders": frozenset(("matcher", "payer")),
    "trading.expire_order": frozenset(),
    "trading.close_order": frozenset(("closer", "payer")),
    "trading.close_trade_record": frozenset(("payer",)),
    "governance.expire_erc": frozenset(),
}
PAYER = frozenset(("payer",))
SPONSOR: Mapping[str, frozenset[str]] = {
    "registry.register_user": PAYER,
    "registry.deregister_user": PAYER,
    "registry.register_meter": PAYER,
    "trading.open_trading_account": PAYER,
    "trading.create_sell_order": PAYER,
    "trading.create_buy_order": PAYER,
    "trading.cancel_order": frozenset(),
    "trading.close_order": PAYER,
    "energy_token.mint_grid_tokens": frozenset(),
    "energy_token.transfer_tokens": frozenset(),
    "energy_token.burn_tokens": frozenset(),
    "governance.validate_erc_for_trading": frozenset(),
    "governance.transfer_erc": frozenset(),
    "governance.retire_erc": frozenset(),
}
"""What users do. The sponsor pays rent as `payer`, which goes back to it when the account is closed."""


class NotAllowed(GridTokenXError):
    """An instruction that a key of the services must not sign."""


@dataclass(frozen=True)
class Allowlist:
    """The instructions that one key may sign. `allowed` names instructions, and the accounts as which the key may stand
    in each."""

    key: Pubkey
    name: str
    programs: Programs
    allowed: Mapping[str, frozenset[str]]
    token_accounts: bool = False
    """Whether it may pay for associated token accounts."""

    def check(self, instructions: Sequence[Instruction], signers: Sequence[Pubkey]) -> None:
        """Raises NotAllowed unless every instruction of a transaction that the key signs is on the list."""
        if self.key not in signers:
            return
        for number, instruction in enumerate(instructions, start=1):
            reason = self._objection(instruction)
            if reason is not None:
                raise NotAllowed(f"the {self.name}'s key must not sign instruction {number}: {reason}")

    def _objection(self, instruction: Instruction) -> str | None:
        places = [place for place, meta in enumerate(instruction.accounts) if meta.pubkey == self.key]
        if instruction.program_id == COMPUTE_BUDGET:
            return "the compute budget takes no accounts" if instruction.accounts else None
        if instruction.program_id == ASSOCIATED_TOKEN_PROGRAM and self.token_accounts:
            fits = bytes(instruction.data) == CREATE_IDEMPOTENT and places == [0]
            return None if fits else "only token accounts of others are made"
        program = self.programs.by_id(instruction.program_id)
        name = None if program is None else program.instruction_name(bytes(instruction.data))
        if program is None or name is None:
            return f"it calls {instruction.program_id}"
        as_what = self.allowed.get(f"{program.name}.{name}")
        if as_what is None:
            return f"it is {program.name}.{name}"
        names = program.account_names(name)
        wrong = [names[place] if place < len(names) else "more" for place in places]
        wrong = [one for one in wrong if one not in as_what]
        return f"the key stands in {program.name}.{name} as {wrong[0]}" if wrong else None


def instructions_of(message: Message) -> list[Instruction]:
    """A message's instructions with their accounts."""
    return [_read(message, index) for index in range(len(message.instructions))]


def _read(message: Message, index: int) -> Instruction:
    compiled = message.instructions[index]
    metas = [
        AccountMeta(message.account_keys[at], message.is_signer(at), is_writable(message, at))
        for at in bytes(compiled.accounts)
    ]
    return Instruction(message.account_keys[compiled.program_id_index], bytes(compiled.data), metas)


def guard_of(lists: Iterable[Allowlist]) -> Callable[[Sequence[Instruction], Sequence[Pubkey]], None]:
    """One guard of several keys, for a Client."""
    each = list(lists)

    def guard(instructions: Sequence[Instruction], signers: Sequence[Pubkey]) -> None:
        for one in each:
            one.check(instructions, signers)

    return guard
