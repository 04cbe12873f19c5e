//! Pages in any charset come out as their words, whatever they or their servers declare.

use encoding_rs::{GB18030, SHIFT_JIS, WINDOWS_1251};

use crate::support::{all_text, clean};

const RUSSIAN: &str = "Городской совет утвердил новый план озеленения набережной. Работы начнутся весной и продлятся \
    до осени, сообщили в пресс-службе администрации.";

fn page(words: &str, head: &str) -> String {
    format!("<html><head>{head}<title>t</title></head><body><p>{words}</p></body></html>")
}

#[test]
fn utf16_without_mark() {
    for text in [page(RUSSIAN, ""), RUSSIAN.to_owned()] {
        for bytes in [
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            let record = clean(&bytes);
            assert!(all_text(&record).contains("утвердил новый план озеленения"), "{record}");
            assert!(record["source"]["charset"].as_str().is_some_and(|name| name.starts_with("UTF-16")));
        }
    }
}

#[test]
fn windows_1251_undeclared_and_wrongly_declared() {
    for head in
        ["", "<meta charset=utf-8>", "<meta charset=iso-8859-1>", "<meta charset='koi8-r'>", "<meta charset=bogus>"]
    {
        let bytes = WINDOWS_1251.encode(&page(RUSSIAN, head)).0.into_owned();
        let record = clean(&bytes);
        assert!(all_text(&record).contains("утвердил новый план озеленения"), "{head}: {record}");
        assert_eq!(record["source"]["charset"], "windows-1251");
    }
}

#[test]
fn asian_charsets() {
    for (words, encoding) in [
        ("市議会は川沿いの遊歩道を緑化する新しい計画を承認した。工事は春に始まる。", SHIFT_JIS),
        ("市议会批准了滨江步道绿化的新计划，工程将于春季开始，秋季结束。", GB18030),
    ] {
        let record = clean(&encoding.encode(&page(words, "")).0);
        assert!(all_text(&record).contains(words), "{record}");
    }
}

#[test]
fn stray_nul_bytes_do_no_harm() {
    let record = clean(b"<p>The council\0 approved the plan\0 on Tuesday.</p>\0\0<p>Work begins in spring.</p>");
    assert_eq!(record["source"]["charset"], "UTF-8");
    let text = all_text(&record).replace(['\0', '\u{fffd}'], "");
    assert!(text.contains("approved the plan on Tuesday") && text.contains("Work begins in spring."), "{record}");
}
