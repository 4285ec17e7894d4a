"""The helpers that write values as Python writes them."""

from __future__ import annotations

from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do
from seahorse.backends.anchor.rust.calls import Macro
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom
from seahorse.backends.anchor.rust.shape import MAX_WIDTH

LONGEST_TUPLE = 12


def _tuple_repr(count: int) -> str:
    """`Repr` of tuples of that many elements."""
    kinds = "ABCDEFGHIJKL"[:count]
    template = "({},)" if count == 1 else f"({', '.join(['{}'] * count)})"
    made = Macro("format", [Atom(f'"{template}"'), *(Method(Atom(f"self.{i}"), "repr") for i in range(count))])
    held = f"({kinds},)" if count == 1 else f"({', '.join(kinds)})"
    body = "        " + items.laid_out([Do(made, False)], 8)
    return f"{_tuple_header(kinds, held)}{{\n    fn repr(&self) -> String {{\n{body}\n    }}\n}}"


def _tuple_header(kinds: str, held: str) -> str:
    """The text before the brace, broken into lines as rustfmt breaks it."""
    bounds = [f"{k}: Repr" for k in kinds]
    start = f"impl<{', '.join(bounds)}> Repr"
    if len(start) > MAX_WIDTH:
        start = "impl<\n" + "".join(f"        {b},\n" for b in bounds) + "    > Repr"
        return f"{start} for {held}\n"
    whole = f"{start} for {held} "
    return whole if len(whole) < MAX_WIDTH else f"{start}\n    for {held}\n"


_SIGNED = (("SignedHex", "hexadecimal", "x"), ("SignedUpperHex", "hexadecimal", "X"), ("SignedBinary", "binary", "b"))

# Function: (its Rust text, the helpers that it calls itself).
TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bool_text": (
        """/// `str(value)` of a bool.
pub fn bool_text(value: bool) -> &'static str {
    if value {
        "True"
    } else {
        "False"
    }
}""",
        (),
    ),
    "bytes_text": (
        r"""/// `str(value)` of bytes.
pub fn bytes_text(value: &[u8]) -> String {
    let quote = if value.contains(&b'\'') && !value.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    let mut out = format!("b{}", char::from(quote));
    for &byte in value {
        match byte {
            b'\t' => out += "\\t",
            b'\n' => out += "\\n",
            b'\r' => out += "\\r",
            b'\\' => out += "\\\\",
            _ if byte == quote => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out += &format!("\\x{byte:02x}"),
        }
    }
    out.push(char::from(quote));
    out
}""",
        (),
    ),
    "float_text": (
        """/// `str(value)` of an f64: the shortest text that means the same number.
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}""",
        (),
    ),
    "float_fixed": (
        """/// `f"{value:.Nf}"`.
pub fn float_fixed(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    format!("{value:.digits$}")
}""",
        (),
    ),
    "float_order": (
        """/// The order of two numbers in a sorted list.
pub fn float_order(a: f64, b: f64) -> std::cmp::Ordering {
    a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
}""",
        (),
    ),
    **{
        name: (
            f"""/// A number with a sign, in {base} digits.
pub struct {name}(pub i128);

impl std::fmt::Display for {name} {{
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {{
        f.pad_integral(self.0 >= 0, "", &format!("{{:{letter}}}", self.0.unsigned_abs()))
    }}
}}""",
            (),
        )
        for name, base, letter in _SIGNED
    },
    "Repr": (
        r"""/// The text of a value as it stands in a list: what Python's `repr` gives.
pub trait Repr {
    fn repr(&self) -> String;
}

macro_rules! repr_by_display {
    ($($kind:ty)*) => {
        $(impl Repr for $kind {
            fn repr(&self) -> String {
                self.to_string()
            }
        })*
    };
}

repr_by_display!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 Pubkey);

impl Repr for bool {
    fn repr(&self) -> String {
        bool_text(*self).to_string()
    }
}

impl Repr for f64 {
    fn repr(&self) -> String {
        float_text(*self)
    }
}

impl Repr for str {
    fn repr(&self) -> String {
        let quote = if self.contains('\'') && !self.contains('"') {
            '"'
        } else {
            '\''
        };
        let mut out = quote.to_string();
        for c in self.chars() {
            match c {
                '\n' => out += "\\n",
                '\r' => out += "\\r",
                '\t' => out += "\\t",
                '\\' => out += "\\\\",
                c if c == quote => out.extend(['\\', c]),
                c if u32::from(c) < 0x20 || u32::from(c) == 0x7f => {
                    out += &format!("\\x{:02x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push(quote);
        out
    }
}

impl Repr for String {
    fn repr(&self) -> String {
        self.as_str().repr()
    }
}

impl<T: Repr> Repr for Option<T> {
    fn repr(&self) -> String {
        self.as_ref().map_or("None".to_string(), T::repr)
    }
}

impl<T: Repr> Repr for [T] {
    fn repr(&self) -> String {
        let texts: Vec<String> = self.iter().map(T::repr).collect();
        format!("[{}]", texts.join(", "))
    }
}

impl<T: Repr> Repr for Vec<T> {
    fn repr(&self) -> String {
        self.as_slice().repr()
    }
}

impl<T: Repr, const N: usize> Repr for [T; N] {
    fn repr(&self) -> String {
        self.as_slice().repr()
    }
}""",
        ("bool_text", "float_text"),
    ),
    **{f"Repr{n}": (_tuple_repr(n), ("Repr",)) for n in range(1, LONGEST_TUPLE + 1)},
}
