//! Scoring comments for spam and abuse.

mod concepts;
mod features;
mod known;
mod letters;
mod link;
mod reading;
mod vector;

#[doc(hidden)]
pub mod lab {
    use super::known::Known;
    use super::reading::{Kind, Reader};
    use super::vector::Vectoriser;
    use super::concepts::*;
    pub struct Filter(Known);
    pub fn filter<'a>(texts: impl Iterator<Item = &'a str>, least: u32) -> Filter {
        let mut counts = std::collections::HashMap::<String, u32>::new();
        let mut reader = Reader::default();
        for t in texts {
            let r = reader.read(t, None);
            let mut ws: Vec<&str> = r.words.iter().filter(|w| matches!(w.kind, Kind::Letters)).map(|w| r.plain(w)).collect();
            ws.sort_unstable(); ws.dedup();
            for w in ws { *counts.entry(w.to_owned()).or_default() += 1; }
        }
        Filter(Known::of(counts.iter().filter(|c| *c.1 >= least).map(|c| c.0.as_str())))
    }
    #[derive(Default)]
    pub struct Lab(Vectoriser);
    impl Lab {
        pub fn row(&mut self, text: &str, known: Option<&Filter>) -> Vec<(u32, u8)> {
            let mut row = Vec::new();
            self.0.row(text, known.map(|f| &f.0), &mut row);
            row
        }
    }
    pub fn concepts(text: &str) -> Vec<(usize, String, String)> {
        let mut reader = Reader::default();
        let reading = reader.read(text, None);
        let mut sc = Scanner::default(); let hits = sc.scan(Lexicon::shipped(), reading).to_vec();
        let mut out = Vec::new();
        for h in hits { for c in h.concepts.iter() {
            let words: Vec<&str> = reading.words[h.word as usize..(h.word+h.words) as usize].iter().map(|w| reading.plain(w)).collect();
            out.push((c as usize, format!("{c:?}"), words.join(" ")));
        }}
        out
    }
}
