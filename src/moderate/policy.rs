//! What is done with a comment: thresholds, lists and limits of a site, from a TOML file.

use serde::{Deserialize, Serialize};

use super::Head;
use super::scorer::Scorer;
use crate::error::{Error, ErrorKind, Result};

/// What happens to a comment. Ordered from mild to severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is published.
    Approve,
    /// A person looks at it first.
    Hold,
    /// It is not published; a person can still find it.
    Reject,
}

impl Action {
    /// The name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }
}

/// The rules of a site. What a file leaves out is as in the shipped policy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Thresholds of spam.
    pub spam: Thresholds,
    /// Thresholds of abuse.
    pub abuse: Thresholds,
    /// What to do about unknown languages.
    pub confidence: Confidence,
    /// Words and phrases.
    pub words: Lists,
    /// Domains of links.
    pub domains: Lists,
    /// Links in one comment.
    pub links: Links,
    /// Who writes.
    pub authors: Authors,
    /// Repeats within the stream.
    pub repeats: Repeats,
}

/// Where holding and rejecting begin. A probability of 1 is never exceeded: nothing is held or rejected then.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Rejected from here.
    pub reject: Option<Threshold>,
    /// Held from here.
    pub hold: Option<Threshold>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { reject: Some(Threshold::Ham(0.005)), hold: Some(Threshold::Ham(0.02)) }
    }
}

/// A threshold.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threshold {
    /// At most this share of the ham lies above, 0 to 1.
    Ham(f64),
    /// This probability.
    Probability(f64),
}

/// Comments in languages that the models hardly know.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Confidence {
    /// Held where confidence is below this …
    pub hold_below: f64,
    /// … unless both probabilities are below this.
    pub unless_below: f64,
}

impl Default for Confidence {
    fn default() -> Self {
        Self { hold_below: 0.35, unless_below: 0.15 }
    }
}

/// Lists of words or domains.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lists {
    /// These are rejected.
    pub reject: Vec<String>,
    /// These are held.
    pub hold: Vec<String>,
    /// Words: a comment with one is not held by words or probabilities. Domains: do not count as links.
    pub allow: Vec<String>,
}

/// Links in one comment.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Links {
    /// More than this are held.
    pub hold_above: usize,
}

impl Default for Links {
    fn default() -> Self {
        Self { hold_above: 5 }
    }
}

/// Who writes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Authors {
    /// A new author's links above this number are held.
    pub new_links: usize,
    /// Approved whatever they write.
    pub trusted: Vec<String>,
}

impl Default for Authors {
    fn default() -> Self {
        Self { new_links: 1, trusted: Vec::new() }
    }
}

/// Repeats within a stream.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Repeats {
    /// How many comments are remembered.
    pub window: usize,
    /// From this many equal or nearly equal texts on.
    pub same_text: usize,
    /// From this many equal links of one author on.
    pub same_link: usize,
    /// What happens then.
    pub action: Action,
}

impl Default for Repeats {
    fn default() -> Self {
        Self { window: 1000, same_text: 3, same_link: 5, action: Action::Hold }
    }
}

/// The text of the shipped policy, to copy from.
pub const SHIPPED_POLICY: &str = include_str!("policy.toml");

impl Policy {
    /// The policy that is part of this crate.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED_POLICY).unwrap_or_default()
    }

    /// Reads a policy. An unknown key, or a share or probability outside 0 to 1, is an [`ErrorKind::Usage`].
    pub fn parse(text: &str) -> Result<Self> {
        let policy: Self = toml::from_str(text).map_err(|error| Error::new(ErrorKind::Usage(error.to_string())))?;
        for threshold in
            [policy.spam.reject, policy.spam.hold, policy.abuse.reject, policy.abuse.hold].into_iter().flatten()
        {
            let (Threshold::Ham(share) | Threshold::Probability(share)) = threshold;
            if !(0.0..=1.0).contains(&share) {
                return Err(Error::new(ErrorKind::Usage(format!("a threshold of {share} is not between 0 and 1"))));
            }
        }
        Ok(policy)
    }

    /// The probabilities from which a head rejects and holds.
    pub(super) fn cuts(&self, head: Head, scorer: &Scorer<'_>) -> Cuts {
        let thresholds = match head {
            Head::Spam => self.spam,
            Head::Abuse => self.abuse,
        };
        let cut = |threshold: Option<Threshold>| match threshold {
            Some(Threshold::Ham(share)) => scorer.threshold(head, share),
            Some(Threshold::Probability(probability)) => probability,
            None => f64::INFINITY,
        };
        Cuts { reject: cut(thresholds.reject), hold: cut(thresholds.hold) }
    }
}

/// Thresholds as probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cuts {
    pub(super) reject: f64,
    pub(super) hold: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_is_read_and_never_stricter_than_it_says() {
        let policy = Policy::parse(SHIPPED_POLICY).unwrap();
        assert_eq!(policy, Policy::shipped());
        assert_eq!(policy.spam.reject, Some(Threshold::Ham(0.005)));
        assert!(policy.words.reject.is_empty());
    }

    #[test]
    fn wrong_policies_are_refused_in_words() {
        assert!(Policy::parse("[spam]\nrejekt = 1").unwrap_err().to_string().contains("rejekt"));
        assert!(Policy::parse("[spam]\nreject = { ham = 2.0 }").unwrap_err().to_string().contains("between 0 and 1"));
        assert_eq!(Policy::parse("[domains]\nreject = [\"a.example\"]").unwrap().spam, Policy::shipped().spam);
        assert_eq!(Policy::parse("").unwrap(), Policy::shipped());
    }
}
