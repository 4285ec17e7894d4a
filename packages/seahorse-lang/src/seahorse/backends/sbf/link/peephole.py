"""Makes finished code smaller and cheaper, in ways in which LLVM for eBPF v2 cannot, because it does not know sBPF v3.
It stores constants without a register, does not compute known values again, shortens jumps to jumps and to the end, and
merges equal blocks. No change costs additional compute units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from seahorse.backends.sbf.link.bytecode import (
    ADD_IMM,
    ALU32,
    ALU64,
    CALL,
    CALLX,
    EXIT,
    FRAME,
    JUMP,
    LDDW,
    LDX,
    MOV,
    MOV_IMM,
    STX,
    Op,
    fits,
    signed,
)

_MASK = (1 << 64) - 1
_ARGUMENTS = 0b111110
_STX_64, _STX_32 = 0x7B, 0x63
_MAX_FRAME = 4096
_DIVISIONS = (0x3F, 0x9F, 0x3C, 0x9C)
# A value that is known: a constant, or an address in the frame (the offset, made unlike any constant).
_Known = dict[int, int | tuple[int]]


def shrink(functions: Sequence[list[Op]], arguments: dict[int, int]) -> list[list[Op]]:
    """The functions, smaller. `arguments`: how many registers each syscall reads, by its hash."""
    read = {ops[0]: _live(ops, _any_call)[0] & _ARGUMENTS for ops in functions}

    def called(op: Op) -> int:
        if op.target is not None:
            return read[op.target]
        count = arguments.get(op.imm & 0xFFFFFFFF)
        return _ARGUMENTS if count is None else (2 << count) - 2

    gone: dict[Op, Op] = {}
    done = [_shrink_one(ops, called, gone) for ops in functions]
    for ops in done:
        for op in ops:
            if op.code == CALL and op.target is not None:
                op.target = _kept(op.target, gone)
    return done


def _shrink_one(ops: list[Op], called: Callable[[Op], int], gone: dict[Op, Op]) -> list[Op]:
    ops = _without(ops, _shorten_jumps(ops), gone)
    ops = _without(ops, _use_known(ops), gone)
    while drop := _dead(ops, called):
        ops = _without(ops, drop, gone)
    ops = _split_stores(ops, called)
    before = 0
    while len(ops) != before:
        before = len(ops)
        ops = _without(ops, _same_blocks(ops), gone)
        ops = _without(ops, _shorten_jumps(ops), gone)
    return ops


def _any_call(_: Op) -> int:
    return _ARGUMENTS


# --- changes of place ---


def _without(ops: list[Op], drop: set[Op], gone: dict[Op, Op]) -> list[Op]:
    """The instructions without some of them. Jumps to a removed instruction then go to the next one that stays."""
    if not drop:
        return ops
    kept = [op for op in ops if op not in drop]
    follower: Op | None = None
    for op in reversed(ops):
        if op not in drop:
            follower = op
        elif follower is not None and op not in gone:
            gone[op] = follower
    for op in kept:
        if op.code != CALL and op.target is not None:
            op.target = _kept(op.target, gone)
    return kept


def _kept(op: Op, gone: dict[Op, Op]) -> Op:
    while op in gone:
        op = gone[op]
    return op


def _targets(ops: list[Op]) -> set[Op]:
    return {op.target for op in ops if op.target is not None and op.code != CALL}


def _shorten_jumps(ops: list[Op]) -> set[Op]:
    """Jumps to jumps, to the next instruction and to the end of the function; conditions around a jump; unreachable
    code."""
    drop: set[Op] = set()
    for op in ops:
        if op.target is None or op.code == CALL:
            continue
        seen = {op}
        while op.target.code == JUMP and op.target.target is not None and op.target not in seen:
            seen.add(op.target)
            op.target = op.target.target
        if op.code == JUMP and op.target.code == EXIT:
            op.code, op.target = EXIT, None
    targets = _targets(ops)
    for i, op in enumerate(ops[:-2]):
        jump = ops[i + 1]
        if op.is_branch and jump.code == JUMP and op.target is ops[i + 2] and jump not in targets and op.invert():
            op.target = jump.target
            drop.add(jump)
    reachable = True
    targets = _targets(ops)
    for i, op in enumerate(ops):
        reachable = reachable or op in targets
        if not reachable:
            drop.add(op)
        elif op.ends and op not in drop:
            reachable = False
        if op.code == JUMP and i + 1 < len(ops) and op.target is ops[i + 1] and reachable is False:
            drop.add(op)
            reachable = True
    return drop


def _same_blocks(ops: list[Op]) -> set[Op]:
    """Of equal blocks, all but one; jumps to the others then go to that one. A block that is entered without a jump
    stays."""
    starts = [0, *(i for i in range(1, len(ops)) if ops[i - 1].ends)]
    targets = _targets(ops)
    first: dict[tuple[object, ...], Op] = {}
    moved: dict[Op, Op] = {}
    drop: set[Op] = set()
    for start, end in zip(starts, [*starts[1:], len(ops)], strict=True):
        # A block without exits is only the last part of a sequence of instructions, from a jump target on.
        for at in range(start, end):
            if at != start and ops[at] not in targets:
                continue
            if any(op.is_branch or (op is not ops[at] and op in targets) for op in ops[at:end]):
                continue
            key = tuple(op.same for op in ops[at:end])
            other = first.setdefault(key, ops[at])
            if other is not ops[at] and at == start and at > 0:
                moved[ops[at]] = other
                drop |= set(ops[at:end])
    for op in ops:
        if op.target is not None and op.code != CALL and op.target in moved:
            op.target = moved[op.target]
    return drop


# --- known values ---


def _use_known(ops: list[Op]) -> set[Op]:
    """Follow constants and addresses in the frame: store constants as such, do not make what a register holds."""
    drop: set[Op] = set()
    ways: Counter[Op] = Counter()
    for i, op in enumerate(ops):
        if op.target is not None and op.code != CALL:
            ways[op.target] += 1
        if i + 1 < len(ops) and not op.ends:
            ways[ops[i + 1]] += 1
    coming: dict[Op, list[_Known]] = {}
    targets = _targets(ops)
    known: _Known | None = {FRAME: (0,)}
    for i, op in enumerate(ops):
        if i and (known is None or op in targets):
            if known is not None:
                coming.setdefault(op, []).append(known)
            states = coming.get(op, [])
            known = _common(states) if len(states) == ways[op] else {FRAME: (0,)}
        assert known is not None
        following = ops[i + 1] if i + 1 < len(ops) and ops[i + 1] not in targets else None
        if op not in drop:
            _step(op, following, known, drop)
        if op.target is not None and op.code != CALL:
            coming.setdefault(op.target, []).append(_after_branch(op, known, taken=True))
            known = _after_branch(op, known, taken=False)
        if op.ends:
            known = None
    return drop


def _common(states: list[_Known]) -> _Known:
    first = states[0] if states else {FRAME: (0,)}
    return {r: v for r, v in first.items() if all(s.get(r) == v for s in states[1:])}


def _after_branch(op: Op, known: _Known, *, taken: bool) -> _Known:
    """After a comparison for equality, the value of its register is known on one of the two paths."""
    equal = 0x15 if taken else 0x55
    value: int | tuple[int] | None = None
    if op.code == equal:
        value = op.imm
    elif op.code == equal | 8:
        value = known.get(op.src)
    return {**known, op.dst: value} if value is not None else dict(known)


def _step(op: Op, following: Op | None, known: _Known, drop: set[Op]) -> None:
    """Simplify one instruction, if the known values allow it, and note which values it makes known."""
    kind = op.code & 7
    if op.code in (MOV_IMM, LDDW):
        _constant(op, known, drop)
    elif op.code == MOV and following is not None and op.src == FRAME and _moves_frame(op, following):
        _address(op, following, known, drop)
    elif op.code == MOV:
        value = known.get(op.src)
        if isinstance(value, int) and fits(value):
            op.code, op.src, op.imm = MOV_IMM, 0, value
            _constant(op, known, drop)
        else:
            _note(op.dst, value, known)
    elif op.code == ADD_IMM:
        value = known.get(op.dst)
        if isinstance(value, tuple):
            _note(op.dst, (value[0] + signed(op.imm),), known)
        else:
            _note(op.dst, value + op.imm & _MASK if value is not None else None, known)
    elif kind == LDX:
        op.src, op.off = _place(op.src, op.off, known)
        _note(op.dst, None, known)
    elif kind == STX:
        op.dst, op.off = _place(op.dst, op.off, known)
        value = known.get(op.src)
        if isinstance(value, int) and (op.code != _STX_64 or fits(value)):
            op.code, op.src, op.imm = op.code - 1, 0, _narrow(value)
    elif kind in (ALU32, ALU64):
        _note(op.dst, None, known)
    elif op.code in (CALL, CALLX):
        for register in range(6):
            known.pop(register, None)


def _narrow(value: int) -> int:
    """The low 32 bits, sign-extended: what an instruction holds."""
    low = value & 0xFFFFFFFF
    return low | (_MASK ^ 0xFFFFFFFF) if low >> 31 else low


def _constant(op: Op, known: _Known, drop: set[Op]) -> None:
    value = op.imm
    if known.get(op.dst) == value:
        drop.add(op)
        return
    if not fits(value):
        holder = next((r for r, v in known.items() if v == value), None)
        if holder is not None:
            op.code, op.src, op.imm = MOV, holder, 0
    known[op.dst] = value


def _moves_frame(op: Op, following: Op) -> bool:
    return following.code == ADD_IMM and following.dst == op.dst


def _address(op: Op, following: Op, known: _Known, drop: set[Op]) -> None:
    """An address in the frame, which takes two instructions to make; fewer beside another one."""
    offset = signed(following.imm)
    before = known.get(op.dst)
    holder = next((r for r, v in known.items() if v == (offset,)), None)
    if before == (offset,):
        drop |= {op, following}
    elif holder is not None:
        op.src = holder
        drop.add(following)
    elif isinstance(before, tuple) and op.dst != FRAME:
        following.imm = offset - before[0] & _MASK
        drop.add(op)
        return
    else:
        _note(op.dst, (0,), known)
        return
    _note(op.dst, (offset,), known)


def _note(register: int, value: int | tuple[int] | None, known: _Known) -> None:
    if value is None:
        known.pop(register, None)
    else:
        known[register] = value


def _place(base: int, off: int, known: _Known) -> tuple[int, int]:
    """Where a load or store goes, from the frame's end if that is known."""
    value = known.get(base)
    if isinstance(value, tuple) and base != FRAME and -_MAX_FRAME <= value[0] + off < 0:
        return FRAME, value[0] + off
    return base, off


# --- what is used ---


# Registers that an instruction reads, and those that hold something else afterwards, by its code and registers.
_REGISTERS: dict[int, tuple[int, int]] = {}


def _registers(op: Op) -> tuple[int, int]:
    key = op.code << 8 | op.dst << 4 | op.src
    found = _REGISTERS.get(key)
    if found is None:
        found = _REGISTERS[key] = (op.uses(0), op.defines())
    return found


# The registers that an instruction reads and those that it keeps, where it may jump (-1: nowhere), and whether it ends
# the code.
_Flow = tuple[int, int, int, bool]


def _flow(ops: list[Op], called: Callable[[Op], int]) -> tuple[list[_Flow], bool]:
    """The same of every instruction, and whether there are loops."""
    index = {op: i for i, op in enumerate(ops)}
    facts: list[_Flow] = []
    loops = False
    for i, op in enumerate(ops):
        code = op.code
        found = _REGISTERS.get(code << 8 | op.dst << 4 | op.src)
        uses, defines = found if found is not None else _registers(op)
        target = -1
        if code == CALL:
            uses = called(op)
        elif op.target is not None:
            target = index[op.target]
            loops = loops or target <= i
        facts.append((uses, ~defines, target, code in (JUMP, EXIT)))
    return facts, loops


def _live(ops: list[Op], called: Callable[[Op], int]) -> list[int]:
    """The registers, as bits, that are read later: before each instruction."""
    facts, loops = _flow(ops, called)
    count = len(ops)
    live = [0] * (count + 1)
    changed = True
    while changed:
        changed = False
        for i in range(count - 1, -1, -1):
            uses, keeps, target, ends = facts[i]
            out = 0 if ends else live[i + 1]
            if target >= 0:
                out |= live[target]
            value = uses | out & keeps
            if value != live[i]:
                live[i] = value
                changed = True
        if not loops:
            # Without backward jumps one pass is enough: it goes from the end, and has seen all later instructions.
            break
    return live


def _dead(ops: list[Op], called: Callable[[Op], int]) -> set[Op]:
    """Values that nothing reads; without loops, those that only such values read too."""
    facts, loops = _flow(ops, called)
    drop: set[Op] = set()
    if loops:
        live = _live(ops, called)
        return {op for i, op in enumerate(ops) if not live[i + 1] >> op.dst & 1 and _makes_value(op)}
    live = [0] * (len(ops) + 1)
    for i in range(len(ops) - 1, -1, -1):
        uses, keeps, target, ends = facts[i]
        op = ops[i]
        out = 0 if ends else live[i + 1]
        if target >= 0:
            out |= live[target]
        elif not out >> op.dst & 1 and _makes_value(op):
            drop.add(op)
            live[i] = out
            continue
        live[i] = uses | out & keeps
    return drop


def _makes_value(op: Op) -> bool:
    """Whether an instruction does nothing but give a register a value."""
    return (op.code == LDDW or op.code & 7 in (ALU32, ALU64)) and op.code not in _DIVISIONS


def _split_stores(ops: list[Op], called: Callable[[Op], int]) -> list[Op]:
    """A constant of 64 bits that is only stored: two stores of 32 bits, which is a slot less."""
    if not any(op.code == LDDW and not fits(op.imm) for op in ops):
        return ops
    live = _live(ops, called)
    targets = _targets(ops)
    replaced: dict[Op, list[Op]] = {}
    for i, op in enumerate(ops):
        if op.code != LDDW or fits(op.imm) or op in targets:
            continue
        for j in range(i + 1, len(ops)):
            later = ops[j]
            if later in targets:
                # Another path leads here, on which the register has another value.
                break
            if later.code == _STX_64 and later.src == op.dst != later.dst and not live[j + 1] >> op.dst & 1:
                replaced[op] = []
                replaced[later] = _halves(later, op.imm)
                break
            if later.ends or later.is_branch or (later.uses(_ARGUMENTS) | later.defines()) >> op.dst & 1:
                break
    return [new for op in ops for new in replaced.get(op, [op])]


def _halves(store: Op, value: int) -> list[Op]:
    store.code, store.src, store.imm = _STX_32 - 1, 0, _narrow(value)
    other = Op(_STX_32 - 1, store.dst, 0, store.off + 4, _narrow(value >> 32), store.origin)
    return [store, other]
