"""Names of well-known addresses, and of the others."""

from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.idl.document import Idl
from solana_localnet.rpc.registry import Node

KNOWN: dict[Pubkey, str] = {
    programs.SYSTEM: "System",
    programs.LOADER_V2: "BPF Loader 2",
    programs.UPGRADEABLE_LOADER: "BPF Upgradeable Loader",
    programs.TOKEN: "SPL Token",
    programs.TOKEN_2022: "Token-2022",
    programs.ASSOCIATED_TOKEN: "Associated Token",
    programs.LOOKUP_TABLE: "Address Lookup Table",
    programs.MEMO: "Memo",
    programs.MEMO_V1: "Memo v1",
    programs.COMPUTE_BUDGET: "Compute Budget",
    programs.VOTE: "Vote",
    programs.SYSVAR_OWNER: "Sysvar",
    programs.SYSVAR_CLOCK: "Sysvar: clock",
    programs.SYSVAR_RENT: "Sysvar: rent",
    programs.SYSVAR_EPOCH_SCHEDULE: "Sysvar: epoch schedule",
    programs.SYSVAR_SLOT_HASHES: "Sysvar: slot hashes",
    programs.SYSVAR_RECENT_BLOCKHASHES: "Sysvar: recent blockhashes",
    programs.NATIVE_MINT: "Wrapped SOL",
    Pubkey.from_string("Sysvar1nstructions1111111111111111111111111"): "Sysvar: instructions",
    Pubkey.from_string("Stake11111111111111111111111111111111111111"): "Stake",
    Pubkey.from_string("Config1111111111111111111111111111111111111"): "Config",
    Pubkey.from_string("NativeLoader1111111111111111111111111111111"): "Native Loader",
    Pubkey.from_string("LoaderV411111111111111111111111111111111111"): "Loader v4",
    Pubkey.from_string("Ed25519SigVerify111111111111111111111111111"): "Ed25519 precompile",
    Pubkey.from_string("KeccakSecp256k11111111111111111111111111111"): "Secp256k1 precompile",
    Pubkey.from_string("Secp256r1SigVerify1111111111111111111111111"): "Secp256r1 precompile",
}


def idl_of(node: Node, program: Pubkey, slot: int | None = None) -> Idl | None:
    """The IDL that held at `slot`, else the present one: a client may register it after its first transactions."""
    if program in KNOWN:
        return None
    read = node.chain.vm.account
    found = None if slot is None else node.idls.find(program, read, slot)
    return found if found is not None else node.idls.find(program, read)


def name_of(node: Node, address: Pubkey) -> str | None:
    """The name of the address, or None."""
    known = KNOWN.get(address)
    if known is not None:
        return known
    if address == node.chain.faucet.pubkey():
        return "Faucet"
    account = node.chain.vm.account(address)
    if account is None or not account.executable:
        return None
    idl = idl_of(node, address)
    return None if idl is None else idl.name
