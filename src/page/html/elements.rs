//! What the standard says of each element: void, special, closing a paragraph, how it is laid out.

use crate::page::tree::{Display, Tag};

/// Facts about an element, as bits of [`facts`].
pub(super) type Facts = u16;

/// Has no content and no end tag.
pub(super) const VOID: Facts = 1;
/// "Special" in the standard: a stray end tag inside does not reach beyond it.
pub(super) const SPECIAL: Facts = 1 << 1;
/// Bounds the "scope" of the standard: end tags of blocks do not reach beyond it.
pub(super) const SCOPE: Facts = 1 << 2;
/// Its start tag closes an open paragraph.
pub(super) const CLOSES_P: Facts = 1 << 3;
/// A formatting element of the standard.
pub(super) const FORMATTING: Facts = 1 << 4;
/// Belongs into `head`.
pub(super) const HEAD: Facts = 1 << 5;
/// Ends SVG or MathML when it stands inside.
pub(super) const BREAKS_OUT: Facts = 1 << 6;
/// A block whose end tag closes whatever was left open inside, within its scope.
pub(super) const BLOCK_END: Facts = 1 << 7;
/// Never rendered, whatever its attributes.
pub(super) const HIDDEN: Facts = 1 << 8;
/// Keeps white space.
pub(super) const PREFORMATTED: Facts = 1 << 9;

static FACTS: [Facts; 256] = {
    let mut all = [0; 256];
    let mut at = 0;
    while at < Tag::NAMES.len() {
        let tag = Tag::NAMES[at].1;
        all[tag as usize] = define(tag);
        at += 1;
    }
    all
};

static DISPLAY: [Display; 256] = {
    let mut all = [Display::Inline; 256];
    let mut at = 0;
    while at < Tag::NAMES.len() {
        let tag = Tag::NAMES[at].1;
        all[tag as usize] = lay_out(tag);
        at += 1;
    }
    all
};

/// The facts about an element.
pub(super) fn facts(tag: Tag) -> Facts {
    FACTS[tag as usize]
}

/// How browsers lay the element out by default.
pub(super) fn display(tag: Tag) -> Display {
    DISPLAY[tag as usize]
}

/// Whether it is `h1` to `h6`.
pub(super) const fn is_heading(tag: Tag) -> bool {
    matches!(tag, Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6)
}

#[rustfmt::skip]
#[allow(clippy::enum_glob_use, reason = "lists of names read better bare")]
const fn define(tag: Tag) -> Facts {
    use Tag::*;
    let mut facts = 0;
    if matches!(tag, Area | Base | Basefont | Bgsound | Br | Col | Embed | Frame | Hr | Img | Input | Keygen | Link
        | Meta | Param | Source | Track | Wbr) {
        facts |= VOID;
    }
    if matches!(tag, Address | Applet | Area | Article | Aside | Base | Basefont | Bgsound | Blockquote | Body | Br
        | Button | Caption | Center | Col | Colgroup | Dd | Details | Dir | Div | Dl | Dt | Embed | Fieldset
        | Figcaption | Figure | Footer | Form | Frame | Frameset | H1 | H2 | H3 | H4 | H5 | H6 | Head | Header
        | Hgroup | Hr | Html | Iframe | Img | Input | Keygen | Li | Link | Listing | Main | Marquee | Menu | Meta
        | Nav | Noembed | Noframes | Noscript | Object | Ol | P | Param | Plaintext | Pre | Script | Search | Section
        | Select | Source | Style | Summary | Table | Tbody | Td | Template | Textarea | Tfoot | Th | Thead | Title
        | Tr | Track | Ul | Wbr | Xmp) {
        facts |= SPECIAL;
    }
    if matches!(tag, Applet | Caption | Html | Table | Td | Th | Marquee | Object | Template) {
        facts |= SCOPE;
    }
    if matches!(tag, Address | Article | Aside | Blockquote | Center | Dd | Details | Dialog | Dir | Div | Dl | Dt
        | Fieldset | Figcaption | Figure | Footer | Form | H1 | H2 | H3 | H4 | H5 | H6 | Header | Hgroup | Hr | Li
        | Listing | Main | Menu | Nav | Ol | P | Plaintext | Pre | Search | Section | Summary | Table | Ul | Xmp) {
        facts |= CLOSES_P;
    }
    if matches!(tag, A | B | Big | Code | Em | Font | I | Nobr | S | Small | Strike | Strong | Tt | U) {
        facts |= FORMATTING;
    }
    if matches!(tag, Base | Basefont | Bgsound | Head | Html | Link | Meta | Noframes | Noscript | Script | Style
        | Template | Title) {
        facts |= HEAD;
    }
    if matches!(tag, B | Big | Blockquote | Body | Br | Center | Code | Dd | Div | Dl | Dt | Em | Embed | H1 | H2 | H3
        | H4 | H5 | H6 | Head | Hr | I | Img | Li | Listing | Menu | Meta | Nobr | Ol | P | Pre | Ruby | S | Small
        | Span | Strong | Strike | Sub | Sup | Table | Tt | U | Ul | Var) {
        facts |= BREAKS_OUT;
    }
    if matches!(tag, Address | Applet | Article | Aside | Blockquote | Button | Center | Dd | Details | Dialog | Dir
        | Div | Dl | Dt | Fieldset | Figcaption | Figure | Footer | Header | Hgroup | Listing | Main | Marquee | Menu
        | Nav | Noframes | Noscript | Object | Ol | Pre | Search | Section | Summary | Ul) {
        facts |= BLOCK_END;
    }
    if matches!(tag, Audio | Canvas | Datalist | Iframe | Meter | Noembed | Progress | Rp | Script | Style | Template
        | Title | Video) {
        facts |= HIDDEN;
    }
    if matches!(tag, Listing | Plaintext | Pre | Xmp) {
        facts |= PREFORMATTED;
    }
    facts
}

#[rustfmt::skip]
#[allow(clippy::enum_glob_use, reason = "lists of names read better bare")]
const fn lay_out(tag: Tag) -> Display {
    use Tag::*;
    match tag {
        Address | Article | Aside | Blockquote | Body | Caption | Center | Dd | Details | Dialog | Dir | Div | Dl | Dt
        | Fieldset | Figcaption | Figure | Footer | Form | Frame | Frameset | H1 | H2 | H3 | H4 | H5 | H6 | Head
        | Header | Hgroup | Html | Legend | Li | Listing | Main | Marquee | Menu | Nav | Noframes | Ol | Optgroup | P
        | Plaintext | Pre | Search | Section | Summary | Table | Tbody | Td | Template | Tfoot | Th | Thead | Tr | Ul
        | Xmp => Display::Block,
        Button | Label | Option | Textarea => Display::Control,
        Applet | Audio | Canvas | Embed | Iframe | Img | Input | Keygen | Meter | Object | Picture | Progress | Select
        | Svg | Video => Display::Box,
        Br => Display::Break,
        Hr => Display::Rule,
        _ => Display::Inline,
    }
}
