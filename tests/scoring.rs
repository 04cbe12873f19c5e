//! Whatever comes in, the rest is scored, the message is clear, and the exit code says so.

use crate::support::{Folder, Run, tamis};

fn score(arguments: &[&str], stdin: &[u8]) -> Run {
    tamis(["score"].iter().chain(arguments), stdin)
}

/// One record failed, the others were scored in order.
fn one_of_three_fails(arguments: &[&str], stdin: &[u8], message: &str) {
    let run = score(arguments, stdin);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains(message), "{}", run.stderr);
    let lines = run.lines();
    assert_eq!(lines.len(), 3);
    for (line, scored) in lines.iter().zip([true, false, true]) {
        assert_eq!(line["scores"]["spam"].is_f64(), scored, "{line}");
        assert_eq!(line["schema"] == "tamis/error/1", !scored, "{line}");
    }
}

#[test]
fn a_bad_line_fails_alone() {
    one_of_three_fails(&[], b"{\"text\":\"a\"}\n{\"text\":\"b\n{\"text\":\"c\"}\n", "not JSON");
    one_of_three_fails(&[], b"{\"text\":\"a\"}\n{\"body\":\"b\"}\n{\"text\":\"c\"}\n", "no text under \"text\"");
    one_of_three_fails(&[], b"{\"text\":\"a\"}\n{\"text\":7}\n{\"text\":\"c\"}\n", "no text under \"text\"");
    one_of_three_fails(&[], b"{\"text\":\"a\"}\n[1]\n{\"text\":\"c\"}\n", "no object");
    one_of_three_fails(&["--from", "lines"], b"a\n\xFF\xFE\xC3\nc\n", "not UTF-8");
    one_of_three_fails(&[], b"{\"text\":\"a\"}\n{\"text\":\"\xC3\"}\n{\"text\":\"c\"}\n", "record 1");
    one_of_three_fails(&["--from", "csv"], b"id,text\n1,a\n2\n3,c\n", "1 cells under 2 columns");
}

#[test]
fn long_and_empty_comments_are_scored() {
    let mut lines = "x".repeat(100 << 20);
    lines.push_str("\nshort\n");
    let run = score(&["--from", "lines", "--held"], lines.as_bytes());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let emoji = "😀".repeat(1_000_000);
    let run = score(&["--to", "table"], emoji.as_bytes());
    assert!(run.code == Some(0) && run.text().contains("spam 0."), "{}", run.stderr);
    let invisible = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"\"}}\n", "\\u200b\\u2060\\u202e".repeat(1000));
    let run = score(&[], invisible.as_bytes());
    assert_eq!((run.code, run.lines().len()), (Some(0), 2), "{}", run.stderr);
    assert!(run.lines()[1]["scores"]["spam"].as_f64() < Some(0.9));
}

#[test]
fn a_model_that_is_none_is_refused_in_words() {
    let folder = Folder::new();
    let shipped = include_bytes!("../models/comments.safetensors");
    let newer = String::from_utf8_lossy(&shipped[..4096]).contains("\\\"version\\\":3");
    assert!(newer, "the header names its version");
    let at = shipped.windows(13).position(|window| window == b"\\\"version\\\":3").expect("a version");
    let mut of_the_future = shipped.to_vec();
    of_the_future[at + 12] = b'9';
    for (name, bytes, message) in [
        ("empty", &b""[..], "no model file"),
        ("noise", b"this is certainly no model at all", "no model file"),
        ("truncated", &shipped[..shipped.len() / 2], "no model file"),
        ("foreign", include_bytes!("../models/blocks.safetensors"), "of kind"),
        ("newer", &of_the_future, "update tamis"),
    ] {
        let path = folder.write(name, bytes);
        let run = score(&["--model", path.to_str().unwrap(), "--text", "hello"], b"");
        assert_eq!(run.code, Some(2), "{name}");
        assert!(run.stderr.contains(message) && run.stderr.contains(name), "{name}: {}", run.stderr);
    }
    let run = score(&["--model", "no/such/file", "--text", "hello"], b"");
    assert!(run.code == Some(2) && run.stderr.contains("no/such/file"), "{}", run.stderr);
}

#[test]
fn a_missing_file_is_named_and_the_others_are_scored() {
    let folder = Folder::new();
    let here = folder.write("here.txt", "hello\nyou\n");
    let run = score(&["no-such-file.txt", here.to_str().unwrap()], b"");
    assert!(run.code == Some(2) && run.stderr.contains("no-such-file.txt"), "{}", run.stderr);
    assert_eq!(run.lines().len(), 2);
}

#[test]
fn fail_on_speaks_by_the_exit_code() {
    let spam = "Earn $900 a day from home!!! Subscribe to my channel https://bit.ly/x9 casino bonus, telegram @winbig";
    assert_eq!(score(&["--fail-on", "spam", "--text", spam], b"").code, Some(1));
    assert_eq!(score(&["--fail-on", "spam,abuse", "--text", "Thanks, that helped me."], b"").code, Some(0));
}

#[test]
fn exports_of_blogs_and_forums_are_scored_by_their_own_columns() {
    let spam = "Best casino bonus, earn $900 a day, telegram @winbig";
    let folder = Folder::new();
    let policy = folder.write("policy.toml", "[domains]\nreject = [\"bit.ly\", \"forum.example\"]\n");
    // `wp comment list --format=csv`; the link in the form's own field counts.
    let wordpress = folder.write(
        "wordpress.csv",
        format!(
            "comment_ID,comment_author,comment_author_url,comment_content\n\
             7,Ida,,\"Thanks, the second step\nsaved my evening.\"\n8,Bet,https://bit.ly/x9,{spam:?}\n"
        ),
    );
    // The archive of posts that Discourse sends; its `url` is the post's own place.
    let discourse = folder.write(
        "user_archive.csv",
        format!(
            "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at\n\
             Fermentation,Kitchen,No,My starter smells of apples. Is that fine?,<p>…</p>,2,1,https://forum.example/t/fermentation/12/3,2026-03-01 10:00:00 UTC\n\
             Fermentation,Kitchen,No,{spam:?},<p>…</p>,0,0,https://forum.example/t/fermentation/12/4,2026-03-01 10:05:00 UTC\n"
        ),
    );
    // `sqlite3 -csv -header comments.db` over Isso's table.
    let isso = folder.write(
        "isso.csv",
        format!("id,parent,text,author,website\n1,,Where was the third picture taken?,Ole,\n2,1,{spam:?},Bet,https://bit.ly/x9\n"),
    );
    for (path, arguments, link) in [
        (
            &wordpress,
            &["--field", "comment_content", "--author-field", "comment_author", "--url-field", "comment_author_url"][..],
            true,
        ),
        (&discourse, &["--field", "post_raw", "--url-field", ""], false),
        (&isso, &["--url-field", "website"], true),
    ] {
        let path = path.to_str().unwrap();
        let run = score(&[arguments, &["--policy", policy.to_str().unwrap(), path]].concat(), b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let lines = run.lines();
        let action = |line: usize| lines[line]["moderation"]["action"].as_str().unwrap();
        assert_eq!((lines.len(), action(0)), (2, "approve"), "{path}");
        assert_ne!(action(1), "approve", "{path}");
        assert_eq!(lines[1]["moderation"]["reasons"].to_string().contains("listed domain"), link, "{}", lines[1]);
    }
}
