//! What the lexicon says of the words around posts.

use std::cell::OnceCell;

use crate::lexicon::{Class, Hits, Lexicon};

/// Longest text that can be a button or a link around a post.
const ACTION: usize = 48;
/// Longest notice that stands in place of a post.
const NOTICE: usize = 200;

/// A text of which several things are asked; its phrases are looked up once, where an answer hangs on them.
pub(super) struct Wording<'t> {
    text: &'t str,
    hits: OnceCell<Hits>,
}

impl<'t> Wording<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, hits: OnceCell::new() }
    }

    /// A text whose phrases are known.
    pub(super) fn with(text: &'t str, hits: Hits) -> Self {
        Self { text, hits: OnceCell::from(hits) }
    }

    fn hits(&self) -> Hits {
        *self.hits.get_or_init(|| Lexicon::embedded().hits(self.text))
    }

    /// Whether a short text is wholly a button's or link's word around a post: reply, report, share.
    pub(super) fn is_action(&self) -> bool {
        self.text.len() <= ACTION
            && self.hits().whole.contains_any(&[
                Class::Reply,
                Class::Report,
                Class::Vote,
                Class::Share,
                Class::Sort,
                Class::MoreReplies,
                Class::Login,
                Class::Quote,
                Class::Presence,
                Class::Follow,
                Class::Navigation,
                Class::Comments,
                Class::Edited,
            ])
    }

    /// Whether a short text is wholly a button that answers a post: reply, report.
    pub(super) fn is_answer_action(&self) -> bool {
        self.text.len() <= ACTION && self.hits().whole.contains_any(&[Class::Reply, Class::Report])
    }

    /// Whether a line says that a post was edited, and no more.
    pub(super) fn is_edited_line(&self) -> bool {
        self.text.len() < 120 && {
            let hits = self.hits();
            hits.classes.contains(Class::Edited) && (hits.cover > 0.3 || self.text.bytes().any(|b| b.is_ascii_digit()))
        }
    }

    /// Whether a short line is made of buttons and counts alone, several of them.
    pub(super) fn is_actions(&self) -> bool {
        if self.text.len() > 80 || self.text.is_empty() {
            return false;
        }
        let hits = self.hits();
        hits.cover > 0.65
            && hits.classes.contains_any(&[Class::Reply, Class::Report, Class::Vote, Class::Share, Class::MoreReplies])
    }

    /// Whether a text is wholly a button to answer a post.
    pub(super) fn is_reply(&self) -> bool {
        self.text.len() <= ACTION && self.hits().whole.contains(Class::Reply)
    }

    /// Whether a short text stands in place of a deleted post.
    pub(super) fn is_tombstone(&self) -> bool {
        self.text.len() <= NOTICE && {
            let hits = self.hits();
            hits.classes.contains(Class::Tombstone)
                && (hits.whole.contains(Class::Tombstone) || hits.cover > 0.4 || self.text.len() < 60)
        }
    }

    /// Whether a text merely says that somebody is online or not.
    pub(super) fn is_presence(&self) -> bool {
        self.text.len() < 24 && self.hits().whole.contains(Class::Presence)
    }

    /// Whether a line tells about a member: joined, posts, location.
    pub(super) fn is_member_line(&self) -> bool {
        if self.text.len() >= 240 {
            return false;
        }
        let hits = self.hits();
        hits.classes.contains(Class::Member)
            && if self.text.len() < 80 {
                hits.cover > 0.4 || self.text.contains(':')
            } else {
                // Several labels with their values in one line.
                self.text.matches(": ").count() >= 3 && !self.text.contains(". ")
            }
    }
}

/// See [`Wording::is_action`].
pub(super) fn is_action(text: &str) -> bool {
    Wording::of(text).is_action()
}

/// See [`Wording::is_presence`].
pub(super) fn is_presence(text: &str) -> bool {
    Wording::of(text).is_presence()
}

/// See [`Wording::is_member_line`].
pub(super) fn is_member_line(text: &str) -> bool {
    Wording::of(text).is_member_line()
}

/// A name without what says that it speaks: `Ann` of `Ann says:`, `By Ann`.
pub(super) fn speaker(text: &str) -> &str {
    let lexicon = Lexicon::embedded();
    let text = lexicon.strip_suffix(Class::Says, text).unwrap_or(text);
    lexicon.strip_prefix(Class::Byline, text).filter(|rest| !rest.is_empty()).unwrap_or(text)
}

/// See [`Wording::is_edited_line`].
pub(super) fn is_edited_line(text: &str) -> bool {
    Wording::of(text).is_edited_line()
}

/// Whether a text begins with what tells that another site links here.
pub(super) fn is_pingback(text: &str) -> bool {
    Lexicon::embedded().strip_prefix(Class::Pingback, text).is_some()
}

/// Whether words before a time say that it is that of an edit.
pub(super) fn tells_of_edit(text: &str) -> bool {
    Lexicon::embedded().hits(text).classes.contains(Class::Edited)
}

/// Whether a line says whose words follow: `X wrote:`, `Quote from X`.
pub(super) fn is_attribution(text: &str) -> bool {
    let hits = Lexicon::embedded().hits(text);
    (hits.classes.contains(Class::Says) && text.trim_end().ends_with([':', '：', '↑']))
        || (hits.classes.contains(Class::Quote) && text.contains(':'))
}

/// Whether a line begins as one that says whose words follow, in a box of their own: `Originally posted by Ann`.
pub(super) fn is_attributed(text: &str) -> bool {
    is_attribution(text) || Lexicon::embedded().strip_prefix(Class::Quote, text).is_some_and(|name| !name.is_empty())
}

/// The name in a line that says whose words follow: `Ann` of `Ann wrote:`, `Quote from Ann:`.
pub(super) fn quoted_name(text: &str) -> Option<&str> {
    let lexicon = Lexicon::embedded();
    let text = text.trim_end_matches(|c: char| matches!(c, ':' | '：' | '↑') || c.is_whitespace());
    let name = lexicon
        .strip_suffix(Class::Says, text)
        .or_else(|| lexicon.strip_prefix(Class::Quote, text))
        .or_else(|| lexicon.strip_prefix(Class::Says, text))?
        .trim();
    Some(lexicon.strip_prefix(Class::Byline, name).filter(|rest| !rest.is_empty()).unwrap_or(name))
        .filter(|name| !name.is_empty() && name.len() < 60)
}

/// Whether a short line says who speaks: `Ann says:`.
pub(super) fn says(text: &str) -> bool {
    let end = text.trim_end();
    end.ends_with([':', '：', '…', '.'])
        && Lexicon::embedded()
            .strip_suffix(Class::Says, end.trim_end_matches([':', '：', '…', '.']))
            .is_some_and(|name| !name.is_empty() && name.len() < 60)
}
