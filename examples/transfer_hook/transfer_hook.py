"""Transfer hook: a rule that every transfer of a token keeps, whoever makes it.

Token-2022 calls `execute` at each transfer of a mint that names this program as its hook. This one counts the
transfers, lets nobody move more than a limit at once, and refuses accounts whose owner is blocked.
"""

from seahorse.prelude import *

declare_id("7PUMDmUiKHpH5JaHmQvMaLwZjdsCMukhjUNoTqpgPkS7")

TRANSFER_HOOK_ACCOUNT = 15  # the extension of a token account that says whether it is being moved just now
MOST_BLOCKED = 8
EXECUTE = b"\x69\x25\x65\xc5\x4b\xfb\x66\x1a"  # spl-transfer-hook-interface:execute


class Rules(Account):
    """The rules of a mint. PDA: ["rules", mint]."""

    mint: Pubkey
    admin: Pubkey
    limit: u64
    blocked: Annotated[List[Pubkey], 8]
    transfers: u64
    bump: u8


class HookError(Error):
    """Why a transfer is refused."""

    TOO_MUCH = 6000, "More than the limit at once"
    BLOCKED = 6001, "The owner is blocked"
    NOT_TRANSFERRING = 6002, "Only the token program calls this, during a transfer"
    NOT_ADMIN = 6003, "Only the admin changes the rules"
    FULL = 6004, "Eight owners are blocked already"


RulesPda = Annotated[Rules, Seeds("rules", arg.mint)]
Extras = Annotated[UncheckedAccount, Seeds("extra-account-metas", arg.mint)]


@instruction
def create(
    admin: Signer,
    mint: AnyTokenMint,
    rules: Empty[Rules],
    extras: Extras,
    system: Annotated[Program, Address(SYSTEM_PROGRAM_ID)],
    limit: u64,
):
    """Give a mint its rules, and tell Token-2022 that each call of the hook needs them."""
    assert mint.authority() == admin.key(), HookError.NOT_ADMIN
    made = rules.init(payer=admin, seeds=["rules", mint])
    made.mint = mint.key()
    made.admin = admin.key()
    made.limit = limit

    space = 8 + 4 + 4 + 35
    rent = Rent.get()
    lamports = u64((128 + space) * rent.lamports_per_byte_year() * rent.exemption_threshold())
    system.invoke(
        accounts=[CpiAccount(admin, mut=True, signer=True), CpiAccount(extras, mut=True, signer=True)],
        data=bytes(4) + lamports.to_bytes(8, "little") + space.to_bytes(8, "little") + bytes(ID),
        signer=extras.signer(),
    )
    # What Token-2022 reads there: one more account, by its address, which the hook writes.
    meta = b"\0" + bytes(rules.key()) + b"\0\1"
    count: u32 = 1
    listed = count.to_bytes(4, "little") + meta
    extras.data[0:51] = EXECUTE + u32(len(listed)).to_bytes(4, "little") + listed


@instruction
def block(admin: Signer, mint: AnyTokenMint, rules: RulesPda, owner: Pubkey, on: bool):
    """Block an owner, or lift it."""
    assert admin.key() == rules.admin, HookError.NOT_ADMIN
    if on and owner not in rules.blocked:
        assert len(rules.blocked) < MOST_BLOCKED, HookError.FULL
        rules.blocked.append(owner)
    elif not on and owner in rules.blocked:
        rules.blocked.remove(owner)


@instruction(discriminator=b"\x69\x25\x65\xc5\x4b\xfb\x66\x1a")
def execute(
    source: AnyTokenAccount,
    mint: AnyTokenMint,
    destination: AnyTokenAccount,
    owner: UncheckedAccount,
    extras: Extras,
    rules: RulesPda,
    amount: u64,
):
    """Called by Token-2022 in the middle of a transfer."""
    moving = source.extension(TRANSFER_HOOK_ACCOUNT)
    assert moving is not None and moving[0] == 1, HookError.NOT_TRANSFERRING
    assert source.mint() == mint.key(), HookError.NOT_TRANSFERRING
    assert amount <= rules.limit, HookError.TOO_MUCH
    for holder in (source.authority(), destination.authority()):
        assert holder not in rules.blocked, HookError.BLOCKED
    rules.transfers += 1
