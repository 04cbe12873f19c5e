//! Recipes: the library in use. Every example here is compiled and run with the tests.
//!
//! # One page
//!
//! A page is decoded text, HTML or a dump. [`Cleaner`](crate::clean::Cleaner) turns it into a
//! [`PageRecord`](crate::record::PageRecord).
//!
//! ```
//! use tamis::clean::{Cleaner, Input};
//! use tamis::record::Format;
//!
//! let html = "<title>The plan</title><nav><a href=/>Home</a> <a href=/news>News</a></nav><article><h1>The plan</h1>\
//!     <p>The council approved the plan on Tuesday, after a debate of three hours that drew eighty people.</p>\
//!     <p>Work on the riverside walk begins in spring, and the first benches are to stand by autumn.</p>\
//!     <p>The mayor said that nobody would have believed it two years ago.</p></article>";
//! let page = Cleaner::new()?.clean(&Input::new("plan", html, Format::Html));
//! assert_eq!(page.title.as_deref(), Some("The plan"));
//! # Ok::<(), tamis::Error>(())
//! ```
//!
//! # Bytes of any charset, packed or not
//!
//! [`source`](crate::source) finds out what a file holds, unpacks and decodes it. A container yields many pages.
//!
//! ```
//! use tamis::source::{Files, Opened, Reader, Settings};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("pages.jsonl");
//! # std::fs::write(&path, "{\"id\":\"a\",\"html\":\"<p>One.</p>\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\nno JSON\n")?;
//! let settings = Settings::default();
//! let (mut pages, mut failures) = (Vec::new(), Vec::new());
//! for record in Reader::new(Files::new([&path]), settings.clone()) {
//!     match record.and_then(|record| record.open(&settings)) {
//!         Ok(Opened::Page(document)) => pages.push(document),
//!         Ok(Opened::Passed(what)) => println!("no page: {what}"),
//!         // The others still come out.
//!         Err(error) => failures.push(error),
//!     }
//! }
//! assert_eq!((pages.len(), failures.len()), (2, 1));
//! assert_eq!((pages[1].id.as_str(), pages[1].text.as_str()), ("b", "Two."));
//! assert_eq!(failures[0].record(), Some(2));
//! # Ok::<(), tamis::Error>(())
//! ```
//!
//! # Who answers whom
//!
//! Comments stand in page order and name their parent, so a tree is a map from parent to replies.
//!
//! ```
//! use std::collections::HashMap;
//!
//! use tamis::record::{CommentRecord, PageRecord};
//!
//! fn replies(page: &PageRecord) -> HashMap<Option<&str>, Vec<&CommentRecord>> {
//!     let mut replies: HashMap<_, Vec<_>> = HashMap::new();
//!     for comment in &page.comments {
//!         replies.entry(comment.parent.as_deref()).or_default().push(comment);
//!     }
//!     replies
//! }
//! ```
//!
//! # Where a word went
//!
//! Every part of the record says which bytes of the source it took; [`verify`](crate::verify::verify) checks that
//! none is lost and none stands twice.
//!
//! ```
//! use tamis::clean::{Cleaner, Input};
//! use tamis::record::Format;
//!
//! let dump = "The plan\n\nThe council approved the plan on Tuesday.\n\nShare this on Facebook\n";
//! let page = Cleaner::new()?.clean(&Input::new("plan", dump, Format::Text));
//! tamis::verify::verify(dump, &page)?;
//! for part in &page.removed {
//!     println!("{}: {:?}", part.label, part.spans[0].of(dump));
//! }
//! # Ok::<(), tamis::Error>(())
//! ```
//!
//! # Other forms
//!
//! [`sink::Form`](crate::sink::Form) writes a record as JSON, Markdown, text, HTML, JSON-LD or WARC.
//!
//! ```
//! use tamis::clean::{Cleaner, Input};
//! use tamis::record::Format;
//! use tamis::sink::Form;
//! use tamis::source::Fields;
//!
//! let html = "<h1>The plan</h1><p>The council approved the plan on Tuesday, at last.</p>";
//! let page = Cleaner::new()?.clean(&Input::new("plan", html, Format::Html));
//! let line = Form::Jsonl.page(&page, &Fields::new());
//! assert!(line.starts_with(br#"{"schema":"tamis/page/1","id":"plan""#));
//! # Ok::<(), tamis::Error>(())
//! ```
