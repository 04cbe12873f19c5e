//! The article: body, headline, deck, byline and date, resolved from labelled blocks and the page's declarations.

mod body;
mod head;
mod links;

pub use body::{body, join};
pub use head::{Head, Sourced, head};
pub use links::links;
