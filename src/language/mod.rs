//! What language a text is in, and how words of any language are compared.

mod fold;
mod lang;

pub use fold::{digit, fold, fold_char, is_unspaced, is_word_char};
pub use lang::{Lang, LangSet};
