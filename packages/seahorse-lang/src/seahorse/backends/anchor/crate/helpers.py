"""Functions in generated crates for operations that mean something else in Rust than in Python."""

from __future__ import annotations

from collections.abc import Iterable

from seahorse.backends.anchor.crate.helper_texts import TEXTS

# Function: (its Rust text, the helpers that it calls itself).
PYTHON: dict[str, tuple[str, tuple[str, ...]]] = {
    "seed": (
        """/// A seed, which holds at most 32 bytes.
pub fn seed(bytes: &[u8]) -> Result<&[u8]> {
    if bytes.len() > MAX_SEED_LEN {
        return Err(ProgramError::MaxSeedLengthExceeded.into());
    }
    Ok(bytes)
}""",
        (),
    ),
    "seed_chars": (
        """/// Characters of a text as a seed, which holds at most 32 bytes. A range past the end is cut off.
pub fn seed_chars(text: &str, range: impl RangeBounds<usize>) -> Result<&[u8]> {
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    let start = match range.start_bound() {
        Bound::Included(&n) => at(n),
        Bound::Excluded(&n) => at(n + 1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&n) => at(n + 1),
        Bound::Excluded(&n) => at(n),
        Bound::Unbounded => text.len(),
    };
    seed(&text.as_bytes()[start..end.max(start)])
}""",
        ("seed",),
    ),
    "floor_div": (
        """/// `a // b`: rounded down, also below zero.
pub fn floor_div<T: Signed>(a: T, b: T) -> Result<T> {
    let (a, b) = (a.into(), b.into());
    let quotient = a.checked_div(b).ok_or(ProgramError::ArithmeticOverflow)?;
    let below = a % b != 0 && (a < 0) != (b < 0);
    narrow(quotient - i128::from(below))
}""",
        ("Signed", "narrow"),
    ),
    "floor_mod": (
        """/// `a % b`: has the sign of `b`.
pub fn floor_mod<T: Signed>(a: T, b: T) -> Result<T> {
    let (a, b) = (a.into(), b.into());
    let rest = match b {
        0 => return Err(ProgramError::ArithmeticOverflow.into()),
        _ => a.checked_rem(b).unwrap_or(0),
    };
    let opposite = rest != 0 && (rest < 0) != (b < 0);
    narrow(if opposite { rest + b } else { rest })
}""",
        ("Signed", "narrow"),
    ),
    "Signed": (
        """/// The signed integers.
pub trait Signed: Into<i128> + TryFrom<i128> {}

impl<T: Into<i128> + TryFrom<i128>> Signed for T {}""",
        (),
    ),
    "narrow": (
        """fn narrow<T: TryFrom<i128>>(value: i128) -> Result<T> {
    T::try_from(value).map_err(|_| ProgramError::ArithmeticOverflow.into())
}""",
        (),
    ),
    "shift_left": (
        """/// `a << bits`: bits that fall out at the top are an overflow.
pub fn shift_left<T>(a: T, bits: u32) -> Result<T>
where
    T: Copy + PartialEq + Default + std::ops::Shl<u32, Output = T> + std::ops::Shr<u32, Output = T>,
{
    if a == T::default() {
        return Ok(a);
    }
    let width = 8 * std::mem::size_of::<T>() as u32;
    if bits < width && (a << bits) >> bits == a {
        return Ok(a << bits);
    }
    Err(ProgramError::ArithmeticOverflow.into())
}""",
        (),
    ),
    "shift_right": (
        """/// `a >> bits`: of more bits than there are, the sign is left.
pub fn shift_right<T>(a: T, bits: u32) -> T
where
    T: Copy + PartialOrd + Default + std::ops::Shr<u32, Output = T>,
{
    let width = 8 * std::mem::size_of::<T>() as u32;
    if bits >= width && a >= T::default() {
        return T::default();
    }
    a >> bits.min(width - 1)
}""",
        (),
    ),
    "divide": (
        """/// `a / b` of f64; dividing by zero is an error.
pub fn divide(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(ProgramError::ArithmeticOverflow.into());
    }
    Ok(a / b)
}""",
        (),
    ),
    "square_root": (
        """/// `math.sqrt(a)`; a negative number has none.
pub fn square_root(a: f64) -> Result<f64> {
    if a < 0.0 {
        return Err(ProgramError::InvalidArgument.into());
    }
    Ok(a.sqrt())
}""",
        (),
    ),
    "raised": (
        """/// `a ** b` of f64; what is too large, and what would be a complex number, are errors.
pub fn raised(a: f64, b: f64) -> Result<f64> {
    let power = a.powf(b);
    if power.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(ProgramError::ArithmeticOverflow.into());
    }
    if power.is_nan() && !a.is_nan() && !b.is_nan() {
        return Err(ProgramError::InvalidArgument.into());
    }
    Ok(power)
}""",
        (),
    ),
    "float_mod": (
        """/// `a % b` of f64: has the sign of `b`.
pub fn float_mod(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(ProgramError::ArithmeticOverflow.into());
    }
    let rest = a % b;
    if rest == 0.0 {
        return Ok(0.0_f64.copysign(b));
    }
    Ok(if (rest < 0.0) != (b < 0.0) {
        rest + b
    } else {
        rest
    })
}""",
        (),
    ),
    "float_floor_div": (
        """/// `a // b` of f64, rounded down.
pub fn float_floor_div(a: f64, b: f64) -> Result<f64> {
    let quotient = (a - float_mod(a, b)?) / b;
    if quotient == 0.0 {
        return Ok(0.0_f64.copysign(a / b));
    }
    let floor = quotient.floor();
    Ok(if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    })
}""",
        ("float_mod",),
    ),
    "float_to_int": (
        """/// An integer from f64, toward zero. NaN and what does not fit are an overflow.
pub fn float_to_int<T: TryFrom<i128> + TryFrom<u128>>(value: f64) -> Result<T> {
    let whole = value.trunc();
    let limit = 2_f64.powi(128);
    let converted = if (0.0..limit).contains(&whole) {
        T::try_from(whole as u128).ok()
    } else if (-limit / 2.0..0.0).contains(&whole) {
        T::try_from(whole as i128).ok()
    } else {
        None
    };
    Ok(converted.ok_or(ProgramError::ArithmeticOverflow)?)
}""",
        (),
    ),
    "float_min": (
        """/// `min(a, b)` as Python has it: the first unless the second is smaller.
pub fn float_min(a: f64, b: f64) -> f64 {
    if b < a {
        b
    } else {
        a
    }
}""",
        (),
    ),
    "float_max": (
        """/// `max(a, b)` as Python has it: the first unless the second is larger.
pub fn float_max(a: f64, b: f64) -> f64 {
    if b > a {
        b
    } else {
        a
    }
}""",
        (),
    ),
    "index": (
        """/// The position that an index means; a negative one counts from the end.
pub fn index(at: impl TryInto<i128>, len: usize) -> Result<usize> {
    let at = at.try_into().map_err(|_| ProgramError::InvalidArgument)?;
    let place = if at < 0 { at + len as i128 } else { at };
    if (0..len as i128).contains(&place) {
        return Ok(place as usize);
    }
    Err(ProgramError::InvalidArgument.into())
}""",
        (),
    ),
    "item_index": (
        """/// A count or an index, which is an i64 in Python.
pub fn item_index(n: impl TryInto<i64>) -> Result<i64> {
    let index = n.try_into().map_err(|_| ProgramError::ArithmeticOverflow)?;
    Ok(index)
}""",
        (),
    ),
    "insert_index": (
        """/// Where `insert` puts an item: inside the list, whatever the index.
pub fn insert_index(at: impl TryInto<i128>, len: usize) -> usize {
    clamp(at.try_into().unwrap_or(i128::MAX), len)
}""",
        ("clamp",),
    ),
    "clamp": (
        """/// A bound of a slice, cut off at both ends.
fn clamp(at: i128, len: usize) -> usize {
    let place = if at < 0 { at + len as i128 } else { at };
    place.clamp(0, len as i128) as usize
}""",
        (),
    ),
    "slice_range": (
        """/// The range of a slice; bounds outside are cut off.
pub fn slice_range(start: Option<i128>, stop: Option<i128>, len: usize) -> std::ops::Range<usize> {
    let start = start.map_or(0, |n| clamp(n, len));
    let stop = stop.map_or(len, |n| clamp(n, len));
    start..stop.max(start)
}""",
        ("clamp",),
    ),
    "slice_steps": (
        """/// `items[start:stop:step]`; a negative step goes backwards.
pub fn slice_steps<T: Clone>(
    items: &[T],
    start: Option<i128>,
    stop: Option<i128>,
    step: i128,
) -> Result<Vec<T>> {
    if step == 0 {
        return Err(ProgramError::InvalidArgument.into());
    }
    let len = items.len() as i128;
    // Before the first, and behind the last place that a slice may begin or end at.
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let bound = |n: i128| if n < 0 { n + len } else { n }.clamp(low, high);
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let (mut at, stop) = (start.map_or(first, bound), stop.map_or(last, bound));
    let mut out = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        out.push(items[at as usize].clone());
        at = at.saturating_add(step);
    }
    Ok(out)
}""",
        (),
    ),
    "text_steps": (
        """/// `text[start:stop:step]`, counted in characters.
pub fn text_steps(
    text: &str,
    start: Option<i128>,
    stop: Option<i128>,
    step: i128,
) -> Result<String> {
    let chars: Vec<char> = text.chars().collect();
    Ok(slice_steps(&chars, start, stop, step)?.iter().collect())
}""",
        ("slice_steps",),
    ),
    "text_slice": (
        """/// `text[start:stop]`, counted in characters.
pub fn text_slice(text: &str, start: Option<i128>, stop: Option<i128>) -> &str {
    let range = slice_range(start, stop, text.chars().count());
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    &text[at(range.start)..at(range.end)]
}""",
        ("slice_range",),
    ),
    "text_at": (
        """/// `text[at]`: one character.
pub fn text_at(text: &str, at: i128) -> Result<String> {
    let place = index(at, text.chars().count())?;
    Ok(text.chars().skip(place).take(1).collect())
}""",
        ("index",),
    ),
    "text_find": (
        """/// Where a part begins, in characters; -1 when it is not there.
pub fn text_find(text: &str, part: &str) -> i64 {
    text.find(part)
        .map_or(-1, |at| text[..at].chars().count() as i64)
}""",
        (),
    ),
    "text_replace": (
        """/// Every occurrence replaced; there must be something to look for.
pub fn text_replace(text: &str, part: &str, by: &str) -> Result<String> {
    if part.is_empty() {
        return Err(ProgramError::InvalidArgument.into());
    }
    Ok(text.replace(part, by))
}""",
        (),
    ),
    "text_split": (
        """/// The parts between a separator; there must be one to look for.
pub fn text_split(text: &str, separator: &str) -> Result<Vec<String>> {
    if separator.is_empty() {
        return Err(ProgramError::InvalidArgument.into());
    }
    Ok(text.split(separator).map(str::to_string).collect())
}""",
        (),
    ),
    "repeat_count": (
        """/// How often something is repeated; a negative number is none.
pub fn repeat_count(n: impl TryInto<i64>) -> Result<usize> {
    Ok(usize::try_from(item_index(n)?).unwrap_or(0))
}""",
        ("item_index",),
    ),
    "count_down": (
        """/// `range(start, stop, -step)`.
pub fn count_down<T>(start: T, stop: T, step: usize) -> impl Iterator<Item = T>
where
    T: Into<i128> + TryFrom<i128>,
{
    let (start, stop) = (start.into(), stop.into());
    (stop + 1..start + 1)
        .rev()
        .step_by(step)
        .filter_map(|n| T::try_from(n).ok())
}""",
        (),
    ),
    "steps": (
        """/// `range(start, stop, step)`; a negative step counts down.
pub fn steps<T>(start: T, stop: T, step: T) -> Result<impl Iterator<Item = T>>
where
    T: Into<i128> + TryFrom<i128>,
{
    let (start, stop, step) = (start.into(), stop.into(), step.into());
    if step == 0 {
        return Err(ProgramError::InvalidArgument.into());
    }
    let all = std::iter::successors(Some(start), move |n| n.checked_add(step));
    let within = move |n: &i128| if step > 0 { *n < stop } else { *n > stop };
    Ok(all.take_while(within).filter_map(|n| T::try_from(n).ok()))
}""",
        (),
    ),
    "limit": (
        """/// A text or list for a place that holds at most `max` bytes or items.
pub fn limit<T: AsRef<[U]>, U>(value: T, max: usize) -> Result<T> {
    require!(
        value.as_ref().len() <= max,
        ErrorCode::AccountDidNotSerialize
    );
    Ok(value)
}""",
        (),
    ),
    "limit_option": (
        """/// The same for a value that may be absent.
pub fn limit_option<T: AsRef<[U]>, U>(value: Option<T>, max: usize) -> Result<Option<T>> {
    value.map(|held| limit(held, max)).transpose()
}""",
        ("limit",),
    ),
    "move_lamports": (
        """/// Move lamports out of an account of this program.
pub fn move_lamports(from: &AccountInfo, to: &AccountInfo, amount: u64) -> Result<()> {
    let held = from
        .lamports()
        .checked_sub(amount)
        .ok_or(ProgramError::InsufficientFunds)?;
    **from.try_borrow_mut_lamports()? = held;
    let total = to
        .lamports()
        .checked_add(amount)
        .ok_or(ProgramError::ArithmeticOverflow)?;
    **to.try_borrow_mut_lamports()? = total;
    Ok(())
}""",
        (),
    ),
} | TEXTS

PYTHON_DOC = "//! What Python means where Rust means something else."


def closure(wanted: Iterable[str]) -> list[str]:
    """The helpers and those that they call, in the order of the table."""
    found: set[str] = set()
    stack = [w for w in wanted if w in PYTHON]
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += PYTHON[name][1]
    return [n for n in PYTHON if n in found]


def python_file(header: str, wanted: Iterable[str]) -> str | None:
    """`python.rs` with the functions used; None when there is none."""
    names = closure(wanted)
    if not names:
        return None
    body = [PYTHON[n][0] for n in names]
    std: list[str] = ["use std::ops::{Bound, RangeBounds};"] if "seed_chars" in names else []
    pubkey = ["use anchor_lang::solana_program::pubkey::MAX_SEED_LEN;"] if "seed" in names else []
    text = "\n".join(body)
    prelude = ["use anchor_lang::prelude::*;"] if any(w in text for w in _NEEDS_PRELUDE) else []
    imports = "\n".join([*pubkey, *prelude])
    head = [header, PYTHON_DOC, *std, *([imports] if imports else [])]
    # Sorted by path, `prelude` comes before `solana_program`.
    if pubkey and prelude:
        head[-1] = "\n".join([*prelude, *pubkey])
    return "\n\n".join([*head, *body]) + "\n"


_NEEDS_PRELUDE = ("Pubkey", "Result<", "ProgramError", "AccountInfo", "require!", "ErrorCode")
