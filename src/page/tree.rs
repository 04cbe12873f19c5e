//! The elements of an HTML page in an arena: parents, attributes, and which blocks stand inside each.
//!
//! Elements are numbered in document order, so a subtree is a contiguous range of ids and its blocks are a
//! contiguous range of blocks. Nothing here recurses.

use std::borrow::Cow;

use crate::limits::TREE_DEPTH;
use crate::page::block::Range32;

/// An element's place in [`Tree::nodes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root: the document itself, above `<html>`; the only node of a dump.
    pub const ROOT: Self = Self(0);
}

/// Defines [`Tag`] and its table of names.
macro_rules! tags {
    ($($value:ident = $text:literal),+ $(,)?) => {
        /// A known element name; all others are [`Tag::Other`] (see [`Node::name`]).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Tag { #[default] Other, $($value),+ }

        impl Tag {
            /// Every known name with its tag.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($text, Self::$value)),+];

            /// The name in lower case; empty for [`Tag::Other`].
            pub const fn name(self) -> &'static str {
                match self { Self::Other => "", $(Self::$value => $text),+ }
            }
        }
    };
}

tags! {
    A = "a", Abbr = "abbr", Acronym = "acronym", Address = "address", Amp = "amp", Applet = "applet", Area = "area", Article = "article", Aside = "aside",
    Audio = "audio", B = "b", Base = "base", Basefont = "basefont", Bgsound = "bgsound", Big = "big", Blockquote = "blockquote", Body = "body", Br = "br",
    Button = "button", Canvas = "canvas", Caption = "caption", Center = "center", Cite = "cite", Code = "code", Col = "col",
    Colgroup = "colgroup", Data = "data", Datalist = "datalist", Dd = "dd", Del = "del", Details = "details", Dfn = "dfn", Dialog = "dialog",
    Dir = "dir", Div = "div", Dl = "dl", Dt = "dt", Em = "em", Embed = "embed", Fieldset = "fieldset", Figcaption = "figcaption",
    Figure = "figure", Font = "font", Footer = "footer", Form = "form", Frame = "frame", Frameset = "frameset",
    H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4", H5 = "h5", H6 = "h6", Head = "head", Header = "header", Hgroup = "hgroup", Hr = "hr",
    Html = "html", I = "i", Iframe = "iframe", Img = "img", Input = "input", Ins = "ins", Kbd = "kbd", Keygen = "keygen", Label = "label",
    Legend = "legend", Li = "li", Link = "link", Listing = "listing", Main = "main", Map = "map", Mark = "mark", Marquee = "marquee", Math = "math", Menu = "menu", Meta = "meta",
    Meter = "meter", Nav = "nav", Nobr = "nobr", Noembed = "noembed", Noframes = "noframes", Noscript = "noscript", Object = "object", Ol = "ol", Optgroup = "optgroup",
    Option = "option", Output = "output", P = "p", Param = "param", Picture = "picture", Plaintext = "plaintext", Pre = "pre", Progress = "progress", Q = "q",
    Rp = "rp", Rt = "rt", Ruby = "ruby", S = "s", Samp = "samp", Script = "script", Search = "search", Section = "section", Select = "select",
    Small = "small", Source = "source", Span = "span", Strike = "strike", Strong = "strong", Style = "style", Sub = "sub",
    Summary = "summary", Sup = "sup", Svg = "svg", Table = "table", Tbody = "tbody", Td = "td", Template = "template",
    Textarea = "textarea", Tfoot = "tfoot", Th = "th", Thead = "thead", Time = "time", Title = "title", Tr = "tr",
    Track = "track", Tt = "tt", U = "u", Ul = "ul", Var = "var", Video = "video", Wbr = "wbr", Xmp = "xmp",
}

impl Tag {
    /// The tag of an element's name in any case.
    pub fn of(name: &str) -> Self {
        let mut slot = slot(name.as_bytes());
        loop {
            match SLOTS[slot] {
                0 => return Self::Other,
                number => {
                    let (known, tag) = Self::NAMES[number as usize - 1];
                    if known.eq_ignore_ascii_case(name) {
                        return tag;
                    }
                    slot = (slot + 1) % SLOTS.len();
                }
            }
        }
    }
}

/// A hash table of [`Tag::NAMES`] by [`slot`]: the place of a name there plus one, 0 where free; a taken slot sends
/// on to the next one.
static SLOTS: [u8; 1024] = {
    let mut slots = [0u8; 1024];
    let mut number = 0;
    while number < Tag::NAMES.len() {
        let mut slot = slot(Tag::NAMES[number].0.as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        number += 1;
        slots[slot] = number as u8;
    }
    slots
};

/// Where the search for a name begins; letters of either case fall together.
const fn slot(name: &[u8]) -> usize {
    let mut key = name.len() as u32;
    let mut at = 0;
    // No name of the table is longer; the comparison that follows settles the rest.
    while at < name.len() && at < 10 {
        key = key.wrapping_mul(31).wrapping_add((name[at] | 0x20) as u32);
        at += 1;
    }
    (key.wrapping_mul(0x9E37_79B1) >> 22) as usize
}

/// How an element is laid out, from its name and its inline style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Display {
    /// Flows with the text around it.
    #[default]
    Inline,
    /// Flows with the text, but stands apart from the words beside it: pictures, fields, inline blocks.
    Box,
    /// A control with words of its own (button, label, option): a block on the same line.
    Control,
    /// Begins and ends a block.
    Block,
    /// Ends a line: `<br>`.
    Break,
    /// A rule across the page: `<hr>`.
    Rule,
}

/// One attribute as it stands in the source: the name in lower case, the value raw (entities not decoded).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr<'s> {
    /// Name in lower case.
    pub name: Cow<'s, str>,
    /// Raw value.
    pub raw: &'s str,
}

/// One element.
#[derive(Clone, Debug, Default)]
pub struct Node<'s> {
    /// What it is.
    pub tag: Tag,
    /// Its name as written (any case); empty for the root.
    pub name: &'s str,
    /// The element around it; the root is its own parent.
    pub parent: NodeId,
    /// One past the last element inside it.
    pub end: NodeId,
    /// Its attributes in [`Tree::attrs`].
    pub attrs: Range32,
    /// The blocks of which at least one run stands inside it, from the first to the last; an inline element has a
    /// share in the block around it. Empty, but in its place, where it holds no text.
    pub blocks: Range32,
    /// How deep it stands; the root has 0.
    pub depth: u16,
    /// How it is laid out.
    pub display: Display,
    /// Whether it, or an element around it, is hidden from a reader: by its kind (`template`, closed `dialog`), its
    /// `hidden` attribute or its inline style.
    pub hidden: bool,
    /// The raw text of a `script`, `title` or `textarea`; empty otherwise.
    pub raw_text: &'s str,
}

/// The elements of a page.
#[derive(Clone, Debug, Default)]
pub struct Tree<'s> {
    /// All elements in document order; never empty.
    pub nodes: Vec<Node<'s>>,
    /// All attributes.
    pub attrs: Vec<Attr<'s>>,
    /// The depth at which elements stop nesting.
    pub bound: u16,
}

impl<'s> Tree<'s> {
    /// A tree of one root.
    pub fn rooted() -> Self {
        Self { nodes: vec![Node { end: NodeId(1), ..Node::default() }], attrs: Vec::new(), bound: TREE_DEPTH as u16 }
    }

    /// The element.
    pub fn node(&self, id: NodeId) -> &Node<'s> {
        &self.nodes[id.0 as usize]
    }

    /// What it is.
    pub fn tag(&self, id: NodeId) -> Tag {
        self.node(id).tag
    }

    /// The element around it; `None` for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| self.node(id).parent)
    }

    /// The element and all around it, from the inside out, the root last.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |&id| self.parent(id))
    }

    /// Whether `inner` is `outer` or stands inside it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner < self.node(outer).end
    }

    /// The elements directly inside, in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let first = NodeId(id.0 + 1);
        std::iter::successors((first < end).then_some(first), move |&child| {
            let next = self.node(child).end;
            (next < end).then_some(next)
        })
    }

    /// All elements inside, in document order, the element itself left out.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'s> {
        (id.0 + 1..self.node(id).end.0).map(NodeId)
    }

    /// The attribute's raw value (entities not decoded), where the element has it.
    #[inline]
    pub fn raw_attr(&self, id: NodeId, name: &str) -> Option<&'s str> {
        self.attrs[self.node(id).attrs.range()].iter().find(|attr| attr.name == name).map(|attr| attr.raw)
    }

    /// The attribute's value, entities decoded.
    pub fn attr(&self, id: NodeId, name: &str) -> Option<Cow<'s, str>> {
        self.raw_attr(id, name).map(crate::page::html::decode_entities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        for &(name, tag) in Tag::NAMES {
            assert_eq!(Tag::of(name), tag);
            assert_eq!(Tag::of(&name.to_uppercase()), tag);
            assert_eq!(tag.name(), name);
        }
        for name in ["", "my-element", "h7", "h\u{11}", "blockquoteblockquote", "ünï"] {
            assert_eq!(Tag::of(name), Tag::Other, "{name}");
        }
    }
}
