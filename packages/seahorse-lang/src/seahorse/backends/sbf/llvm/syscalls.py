"""The runtime's syscalls: their names, the hash that a call carries, and their LLVM declarations."""

from __future__ import annotations


def murmur3_32(data: bytes, seed: int = 0) -> int:
    """MurmurHash3 x86 32-bit, the key of a syscall in sBPF (sbpf `hash_symbol_name`)."""
    mask = 0xFFFFFFFF
    h = seed
    body = len(data) - len(data) % 4
    for i in range(0, body, 4):
        k = int.from_bytes(data[i : i + 4], "little") * 0xCC9E2D51 & mask
        k = (k << 15 | k >> 17) & mask
        h ^= k * 0x1B873593 & mask
        h = (h << 13 | h >> 19) & mask
        h = (h * 5 + 0xE6546B64) & mask
    if tail := data[body:]:
        k = int.from_bytes(tail, "little") * 0xCC9E2D51 & mask
        k = (k << 15 | k >> 17) & mask
        h ^= k * 0x1B873593 & mask
    h ^= len(data)
    h ^= h >> 16
    h = h * 0x85EBCA6B & mask
    h ^= h >> 13
    h = h * 0xC2B2AE35 & mask
    return h ^ h >> 16


# Assumptions that LLVM may make. A logging call only reads its arguments; hashes and sysvars write to the address that
# they get.
_READS = "memory(argmem: read, inaccessiblemem: readwrite) nounwind willreturn"
_ARGS = "memory(argmem: readwrite, inaccessiblemem: read) nounwind willreturn"
_ANY = "nounwind"

# name -> (parameter types, attributes). All return i64, as every syscall does in r0.
SYSCALLS: dict[str, tuple[str, str]] = {
    "sol_log_": ("ptr nocapture readonly, i64", _READS),
    "sol_log_64_": ("i64, i64, i64, i64, i64", _READS),
    "sol_log_pubkey": ("ptr nocapture readonly", _READS),
    "sol_log_compute_units_": ("", _READS),
    "sol_remaining_compute_units": ("", _ANY),
    # The slices passed point to further memory, so argmem is not enough for these.
    "sol_log_data": ("ptr, i64", "memory(read, inaccessiblemem: readwrite) nounwind willreturn"),
    "sol_sha256": ("ptr, i64, ptr", _ANY),
    "sol_keccak256": ("ptr, i64, ptr", _ANY),
    "sol_poseidon": ("i64, i64, ptr, i64, ptr", _ANY),
    "sol_secp256k1_recover": ("ptr, i64, ptr, ptr", _ANY),
    "sol_alt_bn128_group_op": ("i64, ptr, i64, ptr", _ANY),
    "sol_create_program_address": ("ptr, i64, ptr, ptr", _ANY),
    "sol_try_find_program_address": ("ptr, i64, ptr, ptr, ptr", _ANY),
    "sol_curve_validate_point": ("i64, ptr nocapture readonly, ptr nocapture", _ARGS),
    "sol_memcpy_": ("ptr nocapture, ptr nocapture readonly, i64", _ARGS),
    "sol_memmove_": ("ptr nocapture, ptr nocapture readonly, i64", _ARGS),
    "sol_memset_": ("ptr nocapture, i8, i64", _ARGS),
    "sol_memcmp_": ("ptr nocapture readonly, ptr nocapture readonly, i64, ptr nocapture", _ARGS),
    "sol_get_sysvar": ("ptr nocapture readonly, ptr nocapture, i64, i64", _ARGS),
    "sol_get_clock_sysvar": ("ptr nocapture", _ARGS),
    "sol_get_rent_sysvar": ("ptr nocapture", _ARGS),
    "sol_set_return_data": ("ptr nocapture readonly, i64", _READS),
    "sol_get_return_data": ("ptr nocapture, i64, ptr nocapture", _ARGS),
    "sol_invoke_signed_c": ("ptr, ptr, i64, ptr, i64", _ANY),
}

# Library calls that LLVM may make by itself, and the syscall with the same arguments.
LIBCALLS = {"memcpy": "sol_memcpy_", "memmove": "sol_memmove_", "memset": "sol_memset_"}


def declaration(name: str) -> str:
    """The LLVM declaration of a syscall."""
    params, attributes = SYSCALLS[name]
    return f"declare i64 @{name}({params}) {attributes}"


def syscall_hash(name: str) -> int:
    return murmur3_32(LIBCALLS.get(name, name).encode())


# How many registers each reads, by its hash.
SYSCALL_ARGUMENTS = {syscall_hash(name): len(types.split(",")) if types else 0 for name, (types, _) in SYSCALLS.items()}
