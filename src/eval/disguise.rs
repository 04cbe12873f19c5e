//! Ten ways in which people hide words from filters, for measuring how many hidden comments are still caught.

/// A way to write a comment so that people can read it and filters should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disguise {
    /// Cyrillic and Greek letters that look like Latin ones, and the other way round.
    Homoglyphs,
    /// A zero-width space after every second letter.
    ZeroWidth,
    /// Digits for letters.
    Leet,
    /// A blank after every letter, two between words.
    Spaced,
    /// Full-width forms.
    FullWidth,
    /// Mathematical bold letters.
    Mathematical,
    /// Direction marks around every word.
    DirectionMarks,
    /// An emoji after every letter.
    Emoji,
    /// Every letter twice.
    Doubled,
    /// Every second letter a capital.
    MixedCase,
}

impl Disguise {
    /// All ten.
    pub const ALL: [Self; 10] = [
        Self::Homoglyphs,
        Self::ZeroWidth,
        Self::Leet,
        Self::Spaced,
        Self::FullWidth,
        Self::Mathematical,
        Self::DirectionMarks,
        Self::Emoji,
        Self::Doubled,
        Self::MixedCase,
    ];

    /// A name for tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Homoglyphs => "homoglyphs",
            Self::ZeroWidth => "zero-width",
            Self::Leet => "leet",
            Self::Spaced => "spaced letters",
            Self::FullWidth => "full-width",
            Self::Mathematical => "mathematical",
            Self::DirectionMarks => "direction marks",
            Self::Emoji => "emoji between letters",
            Self::Doubled => "doubled letters",
            Self::MixedCase => "mixed case",
        }
    }

    /// The comment in this disguise. Links stay as they are: they would no longer work.
    pub fn wear(self, comment: &str) -> String {
        let mut out = String::with_capacity(comment.len() * 2);
        for piece in comment.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if word.contains("://") || word.starts_with("www.") || word.contains(".com") || word.starts_with('<') {
                out.push_str(word);
            } else {
                self.wear_word(word, &mut out);
            }
            if self == Self::Spaced && word.len() < piece.len() {
                out.push(' ');
            }
            out.push_str(&piece[word.len()..]);
        }
        out
    }

    fn wear_word(self, word: &str, out: &mut String) {
        if self == Self::DirectionMarks {
            out.push('\u{202A}');
        }
        let mut letters = 0;
        let mut chars = word.chars().peekable();
        while let Some(c) = chars.next() {
            if !c.is_alphabetic() {
                out.push(c);
                continue;
            }
            letters += 1;
            let more = chars.peek().is_some_and(|next| next.is_alphabetic());
            match self {
                Self::Homoglyphs => out.push(look_alike(c)),
                Self::Leet => out.push(digit(c)),
                Self::FullWidth => out.push(shifted(c, '\u{FF21}', '\u{FF41}')),
                Self::Mathematical => out.push(shifted(c, '\u{1D400}', '\u{1D41A}')),
                Self::MixedCase if letters % 2 == 0 => out.extend(c.to_uppercase()),
                Self::MixedCase => out.extend(c.to_lowercase()),
                _ => out.push(c),
            }
            match self {
                Self::ZeroWidth if letters % 2 == 0 => out.push('\u{200B}'),
                Self::Spaced if more => out.push(' '),
                Self::Emoji if more => out.push('🔥'),
                Self::Doubled => out.push(c),
                _ => {}
            }
        }
        if self == Self::DirectionMarks {
            out.push('\u{202C}');
        }
    }
}

/// The letter that looks like `c` in another script, where there is one.
fn look_alike(c: char) -> char {
    const PAIRS: &str = "aаcсeеoоpрxхyуiіsѕjјAАBВCСEЕHНKКMМOОPРTТXХYУ";
    let pairs: Vec<char> = PAIRS.chars().collect();
    pairs
        .chunks_exact(2)
        .find_map(|pair| (pair[0] == c).then_some(pair[1]).or((pair[1] == c).then_some(pair[0])))
        .unwrap_or(c)
}

fn digit(c: char) -> char {
    match c.to_ascii_lowercase() {
        'a' | 'а' => '4',
        'e' | 'е' => '3',
        'i' => '1',
        'o' | 'о' => '0',
        's' => '5',
        't' => '7',
        _ => c,
    }
}

/// An ASCII letter moved to where an alphabet begins.
fn shifted(c: char, capital: char, small: char) -> char {
    let (from, to) = if c.is_ascii_uppercase() { ('A', capital) } else { ('a', small) };
    if !c.is_ascii_alphabetic() {
        return c;
    }
    char::from_u32(to as u32 + (c as u32 - from as u32)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_disguise_changes_words_and_leaves_links() {
        for disguise in Disguise::ALL {
            let worn = disguise.wear("Free money at http://a.example/x now");
            assert!(worn.contains("http://a.example/x") && !worn.contains("Free money"), "{disguise:?}: {worn}");
        }
        assert_eq!(Disguise::Spaced.wear("Free now"), "F r e e  n o w");
        assert_eq!(Disguise::FullWidth.wear("Free"), "Ｆｒｅｅ");
        assert_eq!(Disguise::Leet.wear("money"), "m0n3y");
    }
}
