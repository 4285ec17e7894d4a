"""Arguments with a maximum length: the types in whose place Anchor decodes them first."""

from __future__ import annotations

from collections.abc import Iterable

from seahorse.backends.anchor.crate.files import PRELUDE, header, imports
from seahorse.backends.anchor.naming.types import TypeNames
from seahorse.backends.anchor.rust import items

BOUNDED: dict[str, str] = {
    "BoundedString": """/// A text argument of at most `N` bytes. A longer one does not deserialize, as malformed data
/// does not, so that it is refused before any account is looked at.
#[derive(AnchorSerialize)]
pub struct BoundedString<const N: usize>(String);

impl<const N: usize> AnchorDeserialize for BoundedString<N> {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let text = String::deserialize_reader(reader)?;
        if text.len() > N {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        Ok(Self(text))
    }
}

impl<const N: usize> std::ops::Deref for BoundedString<N> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}""",
    "BoundedVec": """/// A list argument of at most `N` items. A longer one does not deserialize.
#[derive(AnchorSerialize)]
pub struct BoundedVec<T: AnchorSerialize, const N: usize>(Vec<T>);

impl<T: AnchorSerialize + AnchorDeserialize, const N: usize> AnchorDeserialize
    for BoundedVec<T, N>
{
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let items = Vec::<T>::deserialize_reader(reader)?;
        if items.len() > N {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        Ok(Self(items))
    }
}

impl<T: AnchorSerialize, const N: usize> std::ops::Deref for BoundedVec<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}""",
}

# How a handler gets the plain value, where the limits stand in its signature.
PLAIN = {
    "BoundedString": """impl<const N: usize> From<BoundedString<N>> for String {
    fn from(given: BoundedString<N>) -> Self {
        given.0
    }
}""",
    "BoundedVec": """impl<T: AnchorSerialize, const N: usize> From<BoundedVec<T, N>> for Vec<T> {
    fn from(given: BoundedVec<T, N>) -> Self {
        given.0
    }
}""",
}

BOUNDED_DOC = "Arguments with a maximum length."


def bounded_file(
    source: str, wanted: Iterable[str], made: Iterable[str], types: TypeNames, in_signature: bool
) -> str | None:
    """`bounded.rs` with the types used, and others that are made of them; None when there is none.

    `in_signature`: handlers take these types.
    """
    wanted = set(wanted)
    names = [n for n in BOUNDED if n in wanted]
    if not names:
        return None
    others, own = imports(types, without="crate::bounded")
    parts = [[text] for n in names for text in (BOUNDED[n], *([PLAIN[n]] if in_signature else []))]
    parts += [[text] for text in made]
    return items.File(header(source, [BOUNDED_DOC]), [[PRELUDE, *others], own], parts).text()
