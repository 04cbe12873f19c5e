//! What a char is, by one look: the tables of the standard library are searched for each char, which for texts outside
//! ASCII was a tenth of all work. What they say is kept for 256 chars at a time, once one of them is asked for.

use std::sync::OnceLock;

use crate::language::Script;

/// What the standard library says of a char, and its script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nature {
    bits: u8,
    script: Option<Script>,
}

impl Nature {
    const ALPHANUMERIC: u8 = 1;
    const NUMERIC: u8 = 1 << 1;
    const UPPERCASE: u8 = 1 << 2;
    const CHANGES: u8 = 1 << 3;

    /// Of any char.
    pub fn of(c: char) -> Self {
        match KNOWN.get(c as usize / ROW) {
            Some(row) => row.get_or_init(|| known(c))[c as usize % ROW],
            None => Self::found(c),
        }
    }

    fn found(c: char) -> Self {
        let bit = |is: bool, bit: u8| if is { bit } else { 0 };
        let bits = bit(c.is_alphanumeric(), Self::ALPHANUMERIC)
            | bit(c.is_numeric(), Self::NUMERIC)
            | bit(c.is_uppercase(), Self::UPPERCASE)
            | bit(!c.to_lowercase().eq([c]), Self::CHANGES);
        Self { bits, script: Script::of(c) }
    }

    /// [`Script::of`].
    pub const fn script(self) -> Option<Script> {
        self.script
    }

    /// [`char::is_alphanumeric`].
    pub const fn is_alphanumeric(self) -> bool {
        self.bits & Self::ALPHANUMERIC != 0
    }

    /// [`char::is_numeric`].
    pub const fn is_numeric(self) -> bool {
        self.bits & Self::NUMERIC != 0
    }

    /// [`char::is_uppercase`].
    pub const fn is_uppercase(self) -> bool {
        self.bits & Self::UPPERCASE != 0
    }

    /// Whether [`char::to_lowercase`] gives another char, or several.
    pub const fn has_lowercase(self) -> bool {
        self.bits & Self::CHANGES != 0
    }
}

/// Chars of one row.
const ROW: usize = 256;

/// Those of the chars up to U+FFFF; nearly all text is made of these.
static KNOWN: [OnceLock<[Nature; ROW]>; 256] = [const { OnceLock::new() }; 256];

/// The row that the char is in.
#[cold]
fn known(c: char) -> [Nature; ROW] {
    let first = (c as usize / ROW * ROW) as u32;
    std::array::from_fn(|place| char::from_u32(first + place as u32).map_or(Nature::default(), Nature::found))
}

/// Calls `emit` with each char of [`char::to_lowercase`].
pub fn lower(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        emit(c.to_ascii_lowercase());
    } else if Nature::of(c).has_lowercase() {
        c.to_lowercase().for_each(emit);
    } else {
        emit(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_char_is_what_the_standard_library_says() {
        for c in '\0'..=char::MAX {
            assert_eq!(Nature::of(c), Nature::found(c), "{c:?}");
            let mut lowered = String::new();
            lower(c, |c| lowered.push(c));
            assert!(c.to_lowercase().eq(lowered.chars()), "{c:?}");
        }
    }
}
