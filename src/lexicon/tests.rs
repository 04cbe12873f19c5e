//! Tables of phrases and of prose that must not look like them.

use super::*;
use crate::language::is_word_char;

fn hits(text: &str) -> Hits {
    Lexicon::embedded().hits(text)
}

#[test]
fn each_line_of_the_data_has_a_known_class_and_phrases() {
    for (code, file) in table::FILES {
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (class, phrases) = line.split_once(':').unwrap_or_else(|| panic!("{code}: {line}"));
            assert!(class.parse::<Class>().is_ok(), "{code}: {class}");
            for phrase in phrases.split('|') {
                assert!(
                    phrase.chars().any(|c| is_word_char(c) || matches!(c, '#' | '©' | '@')),
                    "{code}: {class}: an empty phrase"
                );
            }
        }
        assert!(file.starts_with("# "), "{code}: sources are named in the first line");
    }
    assert!(Lexicon::embedded().table.len() < 1 << 15, "the table is to be made larger");
}

#[test]
fn classes_are_told_by_their_phrases() {
    use Class::*;
    for (text, class) in [
        ("Share this article", Share),
        ("Read also:", Related),
        ("Log in to reply", Login),
        ("23 comments", Comments),
        ("1,234 Comments", Comments),
        ("This comment has been removed by a moderator.", Tombstone),
        ("[deleted]", Tombstone),
        ("Leave a Reply", CommentForm),
        ("Reply", Reply),
        ("Ann says:", Says),
        ("Last edited by Ann on 14 June", Edited),
        ("Originally Posted by Ann", Quote),
        ("We use cookies to improve your experience", Consent),
        ("Page 2 of 7", Pagination),
        ("© 2020 Example. All rights reserved.", Legal),
        ("By Ann Smith", Byline),
        ("Please enable JavaScript to view this page", Shell),
        ("404 - Page not found", Error),
        ("Verify you are human", Challenge),
        ("PHOTO: Ann", MediaCredit),
    ] {
        assert!(hits(text).classes.contains(class), "{text}: {:?}", hits(text));
    }
}

#[test]
fn prose_is_left_alone() {
    for text in [
        "He had to share the news with his brother, who would reply only after the next search of the old home.",
        "The comments that he made were published by the paper in 1999, and the tags on the parcels told where it came from.",
        "She was standing by the window while they had lunch at home.",
    ] {
        assert!(hits(text).classes.is_empty(), "{text}: {:?}", hits(text));
    }
}

#[test]
fn cover_and_whole_say_how_much_of_the_text_is_phrases() {
    assert_eq!(hits("Share").cover, 1.0);
    assert!(hits("Reply").whole.contains(Class::Reply));
    assert!(hits("12 Comments").whole.contains(Class::Comments));
    let part = hits("Ann says:");
    assert!(!part.whole.contains(Class::Says) && part.cover > 0.3 && part.cover < 0.8, "{part:?}");
    assert_eq!(hits(""), Hits::default());
    assert_eq!(hits("— … —"), Hits::default());
}

#[test]
fn prefixes_and_suffixes_are_cut_off() {
    let lexicon = Lexicon::embedded();
    assert_eq!(lexicon.strip_prefix(Class::Byline, "By Ann Smith"), Some("Ann Smith"));
    assert_eq!(lexicon.strip_prefix(Class::Byline, "Written by: Ann"), Some("Ann"));
    assert_eq!(lexicon.strip_prefix(Class::Byline, "Ann by"), None);
    assert_eq!(lexicon.strip_suffix(Class::Says, "Ann Smith says:"), Some("Ann Smith"));
    assert_eq!(lexicon.strip_suffix(Class::Says, "Ann Smith"), None);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_lexicon(text in "(share|reply|by|says:|[0-9.,]{1,4}| |コメント|댓글|\\PC){0,200}") {
        let found = hits(&text);
        proptest::prop_assert!((0.0..=1.0).contains(&found.cover));
        for found in Lexicon::embedded().matches(&text) {
            proptest::prop_assert!(!text[found.range].is_empty());
        }
        for &class in Class::ALL {
            let _ = (Lexicon::embedded().strip_prefix(class, &text), Lexicon::embedded().strip_suffix(class, &text));
        }
    }
}
