//! The tree builder: tokens become elements in an arena and pieces of text that know where they stand.
//!
//! It closes what the standard closes by implication (paragraphs, list items, cells, options), keeps stray end
//! tags from closing too much, and leaves `head` where its content ends. Unlike a browser it moves nothing:
//! elements stay in source order, so text misplaced in a table stays where it was written, and a formatting
//! element closed across a block (`<b><p></b>`) merely ceases to count. No implied `html`, `head` or `body` is made.
//!
//! Every question about open elements is answered in constant time: each stack entry knows its nearest special
//! and scoping ancestors, and for each tag the innermost open one is known.

use super::elements::{
    BLOCK_END, BREAKS_OUT, CLOSES_P, FORMATTING, Facts, HEAD, HIDDEN, PREFORMATTED, SCOPE, SPECIAL, VOID, display,
    facts, is_heading,
};
use super::style;
use super::tokens::{Token, Tokens};
use crate::limits::{self, Limit};
use crate::page::block::Range32;
use crate::page::tree::{Display, Node, NodeId, Tag, Tree};
use crate::record::Span;

/// A stretch of text as it stands in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Where; opens with a byte that is not white space, but for preformatted text.
    pub(super) span: Span,
    /// The innermost element around it.
    pub(super) node: NodeId,
    /// The link (`a` with `href`) that is open around it, [`NodeId::ROOT`] for none.
    pub(super) link: NodeId,
    /// How many elements had begun before it.
    pub(super) at: u32,
    /// Whether white space stands between it and the piece before.
    pub(super) space: bool,
    /// Whether `&` is just that.
    pub(super) literal: bool,
    /// Whether a reader does not see it.
    pub(super) hidden: bool,
}

/// All that a source grows into.
#[derive(Debug)]
pub(super) struct Grown<'s> {
    pub(super) tree: Tree<'s>,
    pub(super) pieces: Vec<Piece>,
    pub(super) cuts: Vec<Limit>,
}

/// Bits of [`Open::state`], handed down to what stands inside: not shown to a reader; in a drawing, where only
/// `text` is shown; preformatted; in SVG or MathML.
const UNSEEN: u8 = 1;
const DRAWING: u8 = 1 << 1;
const PRE: u8 = 1 << 2;
const FOREIGN: u8 = 1 << 3;
/// And not handed down: the entry's node is its own.
const OWN: u8 = 1 << 4;

/// An open element. Places are indices into the stack; 0, the root's, also stands for "none".
#[derive(Clone, Copy, Debug)]
struct Open {
    /// [`Tag::Other`] also for an element that no end tag should find.
    tag: Tag,
    state: u8,
    /// Where text inside goes.
    node: NodeId,
    /// The next outer open element of the same tag.
    outer: u32,
    /// The nearest special element, itself included.
    special: u32,
    /// The nearest special element other than `address`, `div` and `p`: how far a `<li>` or `<dd>` looks.
    barrier: u32,
    /// The nearest element that bounds a scope.
    scope: u32,
}

/// An element just made.
#[derive(Clone, Copy, Debug)]
struct Made {
    node: NodeId,
    /// Whether others may stand inside; not so at the greatest depth.
    fits: bool,
    /// Whether it hides what stands inside.
    hides: bool,
}

/// How far the end tag of an unknown element looks for its start.
const REACH: usize = 64;

/// Reads the whole source; elements nest at most `depth` deep.
pub(super) fn grow(source: &str, depth: usize) -> Grown<'_> {
    let mut tree = Tree::rooted();
    tree.bound = depth.min(limits::TREE_DEPTH) as u16;
    tree.nodes.reserve(source.len() / 96);
    tree.attrs.reserve(source.len() / 96);
    let root = Open { tag: Tag::Other, state: 0, node: NodeId::ROOT, outer: 0, special: 0, barrier: 0, scope: 0 };
    let mut grower = Grower {
        source,
        tokens: Tokens::new(source),
        tree,
        pieces: Vec::with_capacity(source.len() / 192),
        stack: vec![root],
        innermost: [0; 256],
        links: Vec::new(),
        space: false,
        begun: (false, false, false),
        endless: Vec::new(),
        voids: Voids::None,
        deep: false,
        many: false,
    };
    grower.run();
    grower.finish()
}

/// How the void elements of the page have been written so far. Where all are closed (`<br/>`), the page was written
/// out as XML, and `<div/>` means what it says; a browser would take it for `<div>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voids {
    None,
    Closed,
    Open,
}

#[derive(Debug)]
struct Grower<'s> {
    source: &'s str,
    tokens: Tokens<'s>,
    tree: Tree<'s>,
    pieces: Vec<Piece>,
    stack: Vec<Open>,
    /// For each tag the place of its innermost open element.
    innermost: [u32; 256],
    /// Places of the open links.
    links: Vec<u32>,
    /// White space since the last piece.
    space: bool,
    /// Whether `html`, `head` and `body` have begun.
    begun: (bool, bool, bool),
    /// Elements with raw text whose end tag is known not to come any more.
    endless: Vec<Tag>,
    voids: Voids,
    /// Whether the bound on depth and [`limits::NODES`] were hit.
    deep: bool,
    many: bool,
}

impl<'s> Grower<'s> {
    fn run(&mut self) {
        while let Some(token) = {
            self.tokens.cdata = self.top().state & FOREIGN != 0;
            self.tokens.next(&mut self.tree.attrs)
        } {
            match token {
                Token::Text(span) => self.text(span),
                Token::Literal(span) => self.piece(span, self.top().node, true),
                Token::Start { tag, name, attrs, closed } => self.start(tag, name, attrs, closed),
                Token::End { tag, name } => self.end(tag, name),
            }
        }
    }

    fn finish(mut self) -> Grown<'s> {
        self.keep(0);
        self.tree.nodes[0].end = NodeId(self.tree.nodes.len() as u32);
        let cuts =
            [(self.deep, Limit::TreeDepth), (self.many, Limit::Nodes), (self.tokens.attributes_cut, Limit::Attributes)];
        let cuts = cuts.into_iter().filter_map(|(hit, limit)| hit.then_some(limit)).collect();
        Grown { tree: self.tree, pieces: self.pieces, cuts }
    }

    fn top(&self) -> Open {
        self.stack[self.stack.len() - 1]
    }

    /// The place of the innermost open element of the tag, 0 for none.
    fn open(&self, tag: Tag) -> u32 {
        self.innermost[tag as usize]
    }

    /// The innermost of several tags.
    fn open_any(&self, tags: &[Tag]) -> u32 {
        tags.iter().map(|&tag| self.open(tag)).max().unwrap_or(0)
    }

    // Text.

    fn text(&mut self, span: Span) {
        let bytes = span.of(self.source).as_bytes();
        let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if self.top().state & PRE != 0 {
            return self.piece(span, self.top().node, false);
        }
        self.space |= blank > 0;
        if blank == bytes.len() {
            return;
        }
        self.leave_head();
        self.piece(Span::new(span.start + blank as u32, span.end), self.top().node, false);
    }

    fn piece(&mut self, span: Span, node: NodeId, literal: bool) {
        let link = self.links.last().map_or(NodeId::ROOT, |&place| self.stack[place as usize].node);
        let hidden = self.top().state & (UNSEEN | DRAWING) != 0;
        let at = self.tree.nodes.len() as u32;
        self.pieces.push(Piece { span, node, link, at, space: self.space, literal, hidden });
        self.space = false;
    }

    // Elements.

    fn start(&mut self, tag: Tag, name: &'s str, attrs: Range32, closed: bool) {
        let facts = facts(tag);
        if self.top().state & FOREIGN != 0 {
            if facts & BREAKS_OUT == 0 && !(tag == Tag::Font && self.has_any(attrs, &["color", "face", "size"])) {
                return self.start_foreign(tag, name, attrs, closed);
            }
            self.leave_foreign();
        }
        match tag {
            Tag::Html | Tag::Head | Tag::Body => return self.start_frame(tag, name, attrs),
            _ if facts & HEAD == 0 => self.leave_head(),
            _ => {}
        }
        self.close_implied(tag, facts);
        if facts & VOID != 0 {
            self.voids = if closed && self.voids != Voids::Open { Voids::Closed } else { Voids::Open };
            self.element(tag, facts, name, attrs, 0);
            return;
        }
        match tag {
            // A page once written out as XML says `<iframe/>`; what follows is not the frame's content, though a
            // browser takes it for that.
            Tag::Script | Tag::Style | Tag::Title | Tag::Iframe | Tag::Noembed => {
                let empty = closed && (tag != Tag::Script || self.has_any(attrs, &["src"]));
                let raw = if empty { Span::default() } else { self.raw(tag) };
                if let Some(made) = self.element(tag, facts, name, attrs, 0)
                    && matches!(tag, Tag::Script | Tag::Title)
                {
                    self.tree.nodes[made.node.0 as usize].raw_text = raw.of(self.source);
                }
            }
            Tag::Textarea | Tag::Xmp | Tag::Plaintext => {
                let raw = if closed { Span::default() } else { self.raw(tag) };
                let made = self.element(tag, facts, name, attrs, 0);
                self.space = true;
                self.piece(raw, made.map_or(self.top().node, |made| made.node), tag != Tag::Textarea);
                if let (Some(made), Some(piece)) = (made, self.pieces.last_mut()) {
                    piece.hidden |= made.hides;
                    if tag == Tag::Textarea {
                        self.tree.nodes[made.node.0 as usize].raw_text = raw.of(self.source);
                    }
                }
            }
            _ => {
                let made = self.element(tag, facts, name, attrs, 0);
                let mut state = 0;
                if facts & PREFORMATTED != 0 {
                    state |= PRE;
                }
                match tag {
                    Tag::Svg => state |= FOREIGN | DRAWING,
                    Tag::Math => state |= FOREIGN,
                    _ => {}
                }
                if closed && (state & FOREIGN != 0 || self.voids == Voids::Closed) {
                    return;
                }
                self.push(tag, facts, made, state, 0);
                if tag == Tag::A && self.has_any(attrs, &["href"]) {
                    self.links.push(self.stack.len() as u32 - 1);
                }
            }
        }
    }

    /// `<html>`, `<head>`, `<body>`: opened once and in their place, else a mere mark.
    fn start_frame(&mut self, tag: Tag, name: &'s str, attrs: Range32) {
        if tag != Tag::Head && self.open(Tag::Head) != 0 {
            self.keep(self.open(Tag::Head) - 1);
        }
        let bare = self.stack.len() == 1 || (self.stack.len() == 2 && self.top().tag == Tag::Html);
        let (html, head, body) = &mut self.begun;
        let (begun, fits) = match tag {
            Tag::Html => (html, self.stack.len() == 1),
            Tag::Head => {
                let fits = bare && !*body;
                (head, fits)
            }
            _ => (body, bare),
        };
        let opens = fits && !std::mem::replace(begun, true);
        let made = self.element(tag, facts(tag), name, attrs, 0);
        if opens {
            self.push(tag, facts(tag), made, 0, 0);
        }
    }

    /// Closes `head` where its content ends; what stands in a `noscript` or `template` there stays.
    fn leave_head(&mut self) {
        let head = self.open(Tag::Head);
        if head != 0 && self.open(Tag::Noscript).max(self.open(Tag::Template)) < head {
            self.keep(head - 1);
        }
    }

    /// Closes what the start tag closes by implication.
    fn close_implied(&mut self, tag: Tag, facts: Facts) {
        match tag {
            Tag::Li | Tag::Dd | Tag::Dt => {
                let barrier = self.top().barrier;
                let open = self.stack[barrier as usize].tag;
                if barrier != 0 && (open == tag || (tag != Tag::Li && matches!(open, Tag::Dd | Tag::Dt))) {
                    self.keep(barrier - 1);
                }
            }
            Tag::A | Tag::Nobr => self.end_formatting(tag),
            Tag::Button => self.close(Tag::Button, self.top().scope),
            Tag::Option => self.close(Tag::Option, self.top().scope.max(self.open(Tag::Select))),
            Tag::Optgroup => {
                let bound = self.top().scope.max(self.open(Tag::Select));
                self.close(Tag::Optgroup, bound);
                self.close(Tag::Option, bound);
            }
            Tag::Select | Tag::Input | Tag::Keygen | Tag::Textarea => self.close(Tag::Select, self.top().scope),
            Tag::Rt | Tag::Rp => {
                let bound = self.top().special.max(self.open(Tag::Ruby));
                let open = self.open_any(&[Tag::Rt, Tag::Rp]);
                if open > bound {
                    self.keep(open - 1);
                }
            }
            Tag::Table => {
                let table = self.open(Tag::Table);
                if table > self.open_any(&[Tag::Td, Tag::Th, Tag::Caption, Tag::Template]) {
                    self.keep(table - 1);
                }
            }
            Tag::Caption | Tag::Colgroup | Tag::Tbody | Tag::Thead | Tag::Tfoot => {
                self.clear_to(&[Tag::Table], &[Tag::Tbody, Tag::Thead, Tag::Tfoot]);
            }
            Tag::Tr => self.clear_to(&[Tag::Table, Tag::Tbody, Tag::Thead, Tag::Tfoot], &[Tag::Tr]),
            Tag::Td | Tag::Th => {
                self.clear_to(&[Tag::Table, Tag::Tbody, Tag::Thead, Tag::Tfoot, Tag::Tr], &[Tag::Td, Tag::Th]);
            }
            _ => {}
        }
        if facts & CLOSES_P != 0 {
            // Options hold no paragraphs: the `</select>` was forgotten.
            if self.open(Tag::Select) > self.top().scope && !matches!(tag, Tag::Div | Tag::Hr) {
                self.close(Tag::Select, self.top().scope);
            }
            self.close(Tag::P, self.top().scope.max(self.open(Tag::Button)));
            if is_heading(tag) && is_heading(self.top().tag) {
                self.keep(self.stack.len() as u32 - 2);
            }
        }
    }

    /// Inside a table: closes everything above the innermost of `context`. In a fragment without one: closes the
    /// innermost of `same`.
    fn clear_to(&mut self, context: &[Tag], same: &[Tag]) {
        let bound = self.open(Tag::Template);
        let context = self.open_any(context);
        // A row or section of an outer table is no context for what stands in a table inside.
        let context = context.max(self.open(Tag::Table));
        let same = self.open_any(same);
        if context > bound {
            self.keep(context);
        } else if same > bound {
            self.keep(same - 1);
        }
    }

    fn start_foreign(&mut self, tag: Tag, name: &'s str, attrs: Range32, closed: bool) {
        let mut state = FOREIGN;
        let mut cleared = 0;
        let mut laid = Display::Inline;
        let mut scope = 0;
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let drawing = self.top().state & DRAWING != 0 || self.open(Tag::Svg) > self.open(Tag::Math);
        if drawing {
            if is("text") || is("foreignObject") {
                cleared = DRAWING;
                laid = Display::Box;
            } else if is("title") || is("desc") || is("metadata") || matches!(tag, Tag::Script | Tag::Style) {
                state |= DRAWING;
            } else if is("defs") || is("symbol") {
                state |= UNSEEN;
            }
            if is("foreignObject") || is("desc") || is("title") {
                scope = SCOPE | SPECIAL;
                state &= !FOREIGN;
                cleared |= FOREIGN;
            }
        } else if is("annotation") || is("annotation-xml") || matches!(tag, Tag::Script | Tag::Style) {
            state |= UNSEEN;
        } else if ["mi", "mo", "mn", "ms", "mtext"].iter().any(|known| is(known)) {
            // Only plain text or HTML stands inside these.
            scope = SCOPE | SPECIAL;
            state &= !FOREIGN;
            cleared |= FOREIGN;
        }
        let made = self.element(tag, 0, name, attrs, cleared);
        if let Some(made) = made {
            self.tree.nodes[made.node.0 as usize].display = laid;
        }
        if closed {
            return;
        }
        self.push(Tag::Other, scope, made, state, cleared);
        if tag == Tag::A && self.has_any(attrs, &["href"]) {
            self.links.push(self.stack.len() as u32 - 1);
        }
    }

    fn leave_foreign(&mut self) {
        while self.top().state & FOREIGN != 0 {
            self.keep(self.stack.len() as u32 - 2);
        }
    }

    /// Makes the element inside the current one, whose state it inherits but for `cleared`. `None` where the page
    /// has too many.
    fn element(&mut self, tag: Tag, facts: Facts, name: &'s str, attrs: Range32, cleared: u8) -> Option<Made> {
        if self.tree.nodes.len() >= limits::NODES {
            self.many = true;
            self.tree.attrs.truncate(attrs.start as usize);
            return None;
        }
        let mut laid = display(tag);
        let mut hidden = facts & HIDDEN != 0;
        let mut closed_dialog = tag == Tag::Dialog;
        for attr in &self.tree.attrs[attrs.range()] {
            match &*attr.name {
                "hidden" => hidden = true,
                "style" => style::apply(attr.raw, &mut laid, &mut hidden),
                "open" => closed_dialog = false,
                _ => {}
            }
        }
        // A page that hides all of itself waits for a script to show it.
        let hides = (hidden || closed_dialog) && !matches!(tag, Tag::Html | Tag::Body);
        let top = self.top();
        let depth = self.tree.node(top.node).depth + 1;
        let id = NodeId(self.tree.nodes.len() as u32);
        self.tree.nodes.push(Node {
            tag,
            name,
            parent: top.node,
            end: NodeId(id.0 + 1),
            attrs,
            depth,
            display: laid,
            hidden: hides || top.state & (UNSEEN | DRAWING) & !cleared != 0,
            ..Node::default()
        });
        Some(Made { node: id, fits: depth < self.tree.bound, hides })
    }

    /// Opens what [`Grower::element`] made. Without a node of its own its content goes to the element around it.
    fn push(&mut self, tag: Tag, facts: Facts, made: Option<Made>, state: u8, cleared: u8) {
        let place = self.stack.len() as u32;
        let top = self.top();
        let mut state = state | top.state & (UNSEEN | DRAWING | PRE) & !cleared;
        if made.is_some_and(|made| made.hides) {
            state |= UNSEEN;
        }
        let node = match made {
            Some(made) if made.fits => {
                state |= OWN;
                made.node
            }
            _ => {
                self.deep |= made.is_some();
                top.node
            }
        };
        let special = if facts & SPECIAL != 0 { place } else { top.special };
        let barrier = match tag {
            Tag::Address | Tag::Div | Tag::P => top.barrier,
            _ if facts & SPECIAL != 0 => place,
            _ => top.barrier,
        };
        let scope = if facts & SCOPE != 0 { place } else { top.scope };
        let outer = self.open(tag);
        self.stack.push(Open { tag, state, node, outer, special, barrier, scope });
        if tag != Tag::Other {
            self.innermost[tag as usize] = place;
        }
    }

    /// Closes all open elements above `place`.
    fn keep(&mut self, place: u32) {
        let end = NodeId(self.tree.nodes.len() as u32);
        while self.stack.len() as u32 > place + 1 {
            let Some(open) = self.stack.pop() else { return };
            if open.tag != Tag::Other {
                self.innermost[open.tag as usize] = open.outer;
            }
            if open.state & OWN != 0 {
                self.tree.nodes[open.node.0 as usize].end = end;
            }
            if self.links.last() == Some(&(self.stack.len() as u32)) {
                self.links.pop();
            }
        }
    }

    /// Closes the innermost element of the tag where it stands above `bound`.
    fn close(&mut self, tag: Tag, bound: u32) {
        let place = self.open(tag);
        if place > bound {
            self.keep(place - 1);
        }
    }

    fn end(&mut self, tag: Tag, name: &'s str) {
        if self.top().state & FOREIGN != 0 {
            if matches!(tag, Tag::P | Tag::Br) {
                self.leave_foreign();
            } else if self.end_named(name, true) {
                return;
            }
        } else if self.open(Tag::Svg).max(self.open(Tag::Math)) != 0 && self.end_named(name, false) {
            // Perhaps one of the few elements of a drawing that hold HTML, which no tag finds.
            return;
        }
        let Open { scope, special, .. } = self.top();
        match tag {
            Tag::Html | Tag::Body => {}
            Tag::Head | Tag::Template => self.close(tag, 0),
            Tag::P => {
                let place = self.open(tag);
                if place > scope.max(self.open(Tag::Button)) {
                    self.keep(place - 1);
                } else {
                    // A stray `</p>` is an empty paragraph.
                    self.leave_head();
                    self.element(tag, facts(tag), name, Range32::default(), 0);
                }
            }
            Tag::Br => {
                self.leave_head();
                self.element(tag, facts(tag), name, Range32::default(), 0);
            }
            Tag::Li => self.close(tag, scope.max(self.open_any(&[Tag::Ol, Tag::Ul]))),
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => {
                let place = self.open_any(&[Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6]);
                if place > scope {
                    self.keep(place - 1);
                }
            }
            Tag::Table => self.close(tag, self.open(Tag::Template)),
            Tag::Tr | Tag::Td | Tag::Th | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption | Tag::Colgroup => {
                self.close(tag, self.open_any(&[Tag::Table, Tag::Template]));
            }
            Tag::Option | Tag::Optgroup => self.close(tag, scope.max(self.open(Tag::Select))),
            Tag::Select => self.close(tag, scope),
            Tag::Form => {
                // A form ends by itself: what is open inside stays open.
                let place = self.open(tag);
                if place + 1 == self.stack.len() as u32 {
                    self.close(tag, 0);
                } else if place > scope {
                    self.forget(place);
                }
            }
            Tag::Other => {
                self.end_named(name, false);
            }
            _ => {
                let facts = facts(tag);
                if facts & FORMATTING != 0 {
                    self.end_formatting(tag);
                } else if facts & BLOCK_END != 0 {
                    self.close(tag, scope.saturating_sub(u32::from(facts & SCOPE != 0)));
                } else {
                    self.close(tag, special.saturating_sub(u32::from(facts & SPECIAL != 0)));
                }
            }
        }
    }

    /// Closes a formatting element; across a block it stays in the tree and merely ceases to count.
    fn end_formatting(&mut self, tag: Tag) {
        let place = self.open(tag);
        if place > self.top().special {
            self.keep(place - 1);
        } else if place > self.top().scope {
            self.forget(place);
        }
    }

    /// Lets no end tag find the innermost element of its tag, at `place`, any more.
    fn forget(&mut self, place: u32) {
        let open = &mut self.stack[place as usize];
        self.innermost[open.tag as usize] = open.outer;
        open.tag = Tag::Other;
        if self.links.last() == Some(&place) {
            self.links.pop();
        }
    }

    /// Closes the innermost element of that name: in HTML up to the nearest special element, in SVG and MathML up to
    /// their root. Whether there was one.
    fn end_named(&mut self, name: &str, foreign: bool) -> bool {
        for (place, open) in self.stack.iter().enumerate().skip(1).rev().take(REACH) {
            let stop = if foreign { open.state & FOREIGN == 0 } else { place as u32 == open.special };
            if open.state & OWN != 0 && self.tree.node(open.node).name.eq_ignore_ascii_case(name) {
                if stop && foreign {
                    return false;
                }
                self.keep(place as u32 - 1);
                return true;
            }
            if stop {
                return false;
            }
        }
        false
    }

    /// The raw text inside `<script>` and its like. Where a `title` or frame is never closed, the rest of the page is
    /// not taken for its content.
    fn raw(&mut self, tag: Tag) -> Span {
        match tag {
            Tag::Script => self.tokens.script(),
            Tag::Plaintext => self.tokens.rest(),
            _ => {
                let raw = if self.endless.contains(&tag) { None } else { self.tokens.raw_until(tag.name()) };
                raw.unwrap_or_else(|| {
                    self.endless.push(tag);
                    match tag {
                        Tag::Title => self.tokens.until_markup(),
                        Tag::Iframe | Tag::Noembed => Span::default(),
                        _ => self.tokens.rest(),
                    }
                })
            }
        }
    }

    fn has_any(&self, attrs: Range32, names: &[&str]) -> bool {
        self.tree.attrs[attrs.range()].iter().any(|attr| names.contains(&&*attr.name))
    }
}
