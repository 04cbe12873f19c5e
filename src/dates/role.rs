//! What words do in dates, and how the table of words is laid out: what `compile.rs` writes and `words.rs` reads.
//!
//! The table holds, all little-endian: the order of numbers in each language's short dates, a byte a language (0 where
//! none is told, else 1 and the order's place); the slots of the words (the binary logarithm of their number as a
//! `u32`, then for each the hash of a wording as a `u64` and a value as a `u32`); the slots of what words do
//! without a digit in the same way, their value being the bits of [`adverb`]; then the senses: the role's number, [`LAST`] or 0, the role's argument
//! as an `i16`, the languages as a `u128`. A word's value is 0 where the slot is free, else [`TAKEN`], with [`OPENS`]
//! where longer wordings start with it, plus the number of its first sense, counted from 1, or 0.

/// The slot is taken.
pub(crate) const TAKEN: u32 = 1 << 30;
/// Longer wordings start with this one.
pub(crate) const OPENS: u32 = 1 << 31;
/// The last sense of a word.
pub(crate) const LAST: u8 = 1;
/// Bytes of a slot.
pub(crate) const SLOT: usize = 12;
/// Bytes of a sense.
pub(crate) const SENSE: usize = 20;

/// What words do in wordings without a digit.
pub(crate) mod adverb {
    /// "yesterday".
    pub(crate) const ALONE: u8 = 1;
    /// "vor": a wording if one of [`AMOUNT`] follows.
    pub(crate) const PRE: u8 = 2;
    /// "an".
    pub(crate) const ONE: u8 = 4;
    /// "hour".
    pub(crate) const UNIT: u8 = 8;
    /// "ago".
    pub(crate) const POST: u8 = 16;
    /// "about".
    pub(crate) const ABOUT: u8 = 32;
    /// Two words that do one of these begin with it.
    pub(crate) const LEADS: u8 = 64;
    /// What an amount begins with.
    pub(crate) const AMOUNT: u8 = ONE | UNIT | ABOUT;
}

/// Hash of a folded wording (FNV-1a). Texts are compared by it alone: among some five thousand wordings a chance collision of 64
/// bits with a word beside a number is out of the question in practice.
pub(crate) fn hash_of(folded: &str) -> u64 {
    folded.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What a word does in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Month 1 to 12.
    Month(u8),
    /// Day of the week, 0 is Monday.
    Weekday(u8),
    /// A unit of time: `Unit` by number.
    Unit(u8),
    /// Two of a unit in one word ("ساعتين").
    Two(u8),
    /// A unit whose ending says "ago" ("órája").
    UnitAgo(u8),
    /// "vor", "il y a": makes what follows a time in the past.
    Pre,
    /// "for … siden": may open a wording that an "ago" word closes.
    Lead,
    /// "ago".
    Post,
    /// "an" in "an hour ago".
    One,
    /// "about".
    About,
    /// "just now".
    Now,
    /// "today" 0, "yesterday" 1, the day before 2.
    DaysBack(u8),
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// Stands between a date and its clock, or opens either.
    At,
    /// Stands inside a date ("de", "года").
    Of,
    /// Follows the number of an hour ("Uhr", "h").
    Hour,
    /// Follows the number of a minute.
    Minute,
    /// Glued to a day ("th").
    Nth,
    /// "tháng": the number of a month follows.
    MonthPre,
    /// 年, 月, 日 as 0, 1, 2.
    Ymd(u8),
    /// 時, 分, 秒 as 0, 1, 2.
    Hms(u8),
    /// A calendar era: to be added to the number of the year.
    Era(i16),
    /// Time zone: minutes from UTC, where that is certain.
    Zone(Option<i16>),
}

impl Role {
    /// The role of a number and argument in the table.
    pub(crate) fn of(code: u8, argument: i16) -> Option<Self> {
        let number = argument as u8;
        Some(match code {
            0 => Self::Month(number),
            1 => Self::Weekday(number),
            2 => Self::Unit(number),
            3 => Self::Two(number),
            4 => Self::UnitAgo(number),
            5 => Self::Pre,
            6 => Self::Lead,
            7 => Self::Post,
            8 => Self::One,
            9 => Self::About,
            10 => Self::Now,
            11 => Self::DaysBack(number),
            12 => Self::Am,
            13 => Self::Pm,
            14 => Self::At,
            15 => Self::Of,
            16 => Self::Hour,
            17 => Self::Minute,
            18 => Self::Nth,
            19 => Self::MonthPre,
            20 => Self::Ymd(number),
            21 => Self::Hms(number),
            22 => Self::Era(argument),
            23 => Self::Zone(Some(argument)),
            24 => Self::Zone(None),
            _ => return None,
        })
    }
}
