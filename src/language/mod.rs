//! What language and script a text is in, and how words of any language are compared.

mod chars;
mod detect;
mod fold;
mod lang;
mod script;
mod stopwords;
mod words;

pub use chars::{Nature, lower};
pub use detect::{detect, detect_or, is_in_another};
pub use fold::{digit, fold, fold_char, is_unspaced, is_word_char};
pub use lang::{Lang, LangSet};
pub use script::{Script, script};
pub use stopwords::{stopword_share, stopword_share_of};
pub use words::{NUMBER, Word, WordKind, each_word, is_single, join};

#[cfg(test)]
mod tests;
