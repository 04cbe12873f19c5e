//! TODO
use crate::page::Page;
pub fn cut(source: &str) -> Page<'_> {
    unimplemented!("{}", source.len())
}
