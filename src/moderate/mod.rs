//! Scoring comments: two independent heads, `spam` and `abuse`, each a calibrated probability, with the reasons in words.
//!
//! A comment is read as its readers see it (disguises undone, links set apart), features are drawn from it one file
//! a signal, and both heads weigh them: a score is a sparse sum, and an explanation lists the very terms of that sum.

mod concepts;
mod confidence;
mod data;
mod features;
mod known;
mod letters;
mod link;
mod model;
mod moderator;
mod policy;
mod reading;
mod recent;
mod scorer;
mod site;
mod train;
mod vector;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use data::{CommentSet, Example};
pub use model::CommentModel;
pub use moderator::{Incoming, Moderation, Moderator, Parent, Scores};
pub use policy::{Action, Authors, Confidence, Links, Lists, Policy, Repeats, SHIPPED_POLICY, Threshold, Thresholds};
pub use reading::Disguise;
pub use scorer::{Explanation, Reason, Repair, Scorer, Term, Verdict};
pub use site::{Decision, Site, SiteLayer, SiteLog};
pub use train::{REJECTED, Training, TrainingReport, Trial, carry_over, train, trial};

/// What a comment is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    /// Advertising, deception or attention-seeking that does not belong to the talk.
    Spam,
    /// Insult, threat, hate or harassment aimed at a person or a group.
    Abuse,
}

impl Head {
    /// Both heads; a head's place here is its number (`as usize`).
    pub const ALL: &'static [Self] = &[Self::Spam, Self::Abuse];

    /// The name used in JSON and in models.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Abuse => "abuse",
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
