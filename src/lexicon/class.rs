//! What phrases are used for.

use std::fmt;

macro_rules! classes {
    ($($(#[$meta:meta])* $value:ident = $text:literal),+ $(,)?) => {
        /// What a phrase is used for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Class { $($(#[$meta])* $value),+ }

        impl Class {
            /// Every class in order; a class's place here is its number (`as usize`). Models number their features by it: append, never reorder.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The name used in data files, features and explanations.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }
    };
}

classes! {
    /// "Share this", "Send to a friend".
    Share = "share",
    /// Names of networks and ways to pass a page on: facebook, e-mail, print.
    Network = "network",
    /// "Follow us".
    Follow = "follow",
    /// "Read also", "Most read", "Editor's choice".
    Related = "related",
    /// "Sign in", "Log in to reply".
    Login = "login",
    /// "Register", "Create an account".
    Register = "register",
    /// "Subscribe to read on".
    Paywall = "paywall",
    /// "Comments", "12 comments": headings and counts.
    Comments = "comments",
    /// "Leave a comment".
    CommentForm = "comment-form",
    /// Fields and buttons: "Name", "Your e-mail will not be published", "Submit".
    Form = "form",
    /// "Reply".
    Reply = "reply",
    /// "Report", "Complain".
    Report = "report",
    /// "Like", "Thumbs up", "Was this helpful?".
    Vote = "vote",
    /// "Newest first", "Sort by".
    Sort = "sort",
    /// "Show 3 more replies", "Load more comments".
    MoreReplies = "more-replies",
    /// "This comment was removed by a moderator".
    Tombstone = "tombstone",
    /// "In reply to", "replied to".
    InReplyTo = "in-reply-to",
    /// "Ann says:", "wrote:".
    Says = "says",
    /// "Originally posted by", "Quote:".
    Quote = "quote",
    /// "Last edited by".
    Edited = "edited",
    /// "Online", "Offline".
    Presence = "presence",
    /// What stands below a poster's name: "Posts:", "Joined:", "Senior Member".
    Member = "member",
    /// "Pingback:", "Trackback".
    Pingback = "pingback",
    /// Questions and answers: "3 answers", "asked", "Best answer".
    Answers = "answers",
    /// Cookie and age notices.
    Consent = "consent",
    /// Newsletters, notifications.
    Subscribe = "subscribe",
    /// "By", "Written by", "Author:".
    Byline = "byline",
    /// "About the author".
    AuthorBio = "author-bio",
    /// "Published", "Posted on".
    Published = "published",
    /// "Updated", "Last modified".
    Updated = "updated",
    /// "5 min read", "120 views".
    Counts = "counts",
    /// "Photo:", "Image credit".
    MediaCredit = "media-credit",
    /// "Advertisement".
    Advert = "advert",
    /// "Tags:", "Filed under".
    Tags = "tags",
    /// "Home", "Menu", "Skip to content".
    Navigation = "navigation",
    /// "Search".
    Search = "search",
    /// "Next", "Previous", "Page 2 of 7".
    Pagination = "pagination",
    /// "All rights reserved", "Privacy policy".
    Legal = "legal",
    /// "Contact us", "About us", "Powered by".
    Footer = "footer",
    /// "Page not found", "Access denied".
    Error = "error",
    /// "Verify you are human".
    Challenge = "challenge",
    /// "Enable JavaScript", "Loading…".
    Shell = "shell",
    /// "Add to cart", "In stock".
    Shop = "shop",
    /// "Table of contents".
    Contents = "contents",
    /// "Continue reading", "Read more".
    ReadMore = "read-more",
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Class {
    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.name() == name)
    }
}

/// A set of classes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ClassSet(u64);

const _: () = assert!(Class::ALL.len() <= u64::BITS as usize, "a ClassSet has a bit for each class");

impl ClassSet {
    /// Adds a class.
    pub const fn insert(&mut self, class: Class) {
        self.0 |= 1 << class as u8;
    }

    /// Whether the class is in the set.
    pub const fn contains(self, class: Class) -> bool {
        self.0 >> class as u8 & 1 == 1
    }

    /// 1 where the class of this number is in the set, else 0.
    pub(crate) const fn bit(self, class: usize) -> u8 {
        (self.0 >> class & 1) as u8
    }

    /// The classes that are in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of the classes is in the set.
    pub fn contains_any(self, classes: &[Class]) -> bool {
        classes.iter().any(|&class| self.contains(class))
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it holds.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The classes in order.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let class = *Class::ALL.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(class)
        })
    }
}

impl fmt::Debug for ClassSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
