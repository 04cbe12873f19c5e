//! The little of inline CSS that decides whether an element is seen and whether it parts blocks.

use crate::page::tree::Display;

/// Applies the declarations of a `style` attribute (raw) to how an element is laid out and whether it is hidden.
/// A list item or division laid out inline is left a block: menus do so, and their items are no one sentence.
pub(super) fn apply(raw: &str, laid: &mut Display, hidden: &mut bool) {
    for declaration in raw.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = name.trim_ascii();
        let value = value.trim_ascii();
        let value = value.split_once('!').map_or(value, |(value, _)| value.trim_ascii_end());
        let is = |known: &str| value.eq_ignore_ascii_case(known);
        if name.eq_ignore_ascii_case("display") {
            if is("none") {
                *hidden = true;
            } else if is("inline-block") || is("inline-flex") || is("inline-grid") || is("inline-table") {
                if *laid == Display::Inline {
                    *laid = Display::Box;
                }
            } else if ["block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-cell"]
                .iter()
                .any(|known| is(known))
                && matches!(*laid, Display::Inline | Display::Box)
            {
                *laid = Display::Block;
            }
        } else if name.eq_ignore_ascii_case("visibility") && (is("hidden") || is("collapse")) {
            *hidden = true;
        }
    }
}
