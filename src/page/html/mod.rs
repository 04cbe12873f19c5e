//! TODO
use crate::page::Page;
pub fn decode_entities(raw: &str) -> std::borrow::Cow<'_, str> {
    raw.into()
}
pub fn cut(source: &str) -> Page<'_> {
    unimplemented!("{}", source.len())
}
