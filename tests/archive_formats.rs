//! WARC and WET files end to end.

use crate::support::{Folder, gzip, tamis, zstd};

fn record(kind: &str, content_type: &str, url: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-05-06T07:08:09Z\r\n\
         WARC-Record-ID: <urn:uuid:{url}>\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(url: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let block = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat();
    record("response", "application/http; msgtype=response", url, &block)
}

#[test]
fn pages_of_a_warc_come_out_with_its_headers() {
    let russian = encoding_rs::WINDOWS_1251.encode("<p>Совет утвердил новый план.</p>").0.into_owned();
    let records = [
        record("warcinfo", "application/warc-fields", "", b"software: test\r\n"),
        record("request", "application/http; msgtype=request", "http://a.example/1", b"GET /1 HTTP/1.1\r\n\r\n"),
        response(
            "http://a.example/1",
            "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
            &gzip(b"<p>The council approved the plan.</p>"),
        ),
        response(
            "http://a.example/2",
            "Content-Type: text/html; charset=windows-1251\r\nTransfer-Encoding: chunked\r\n",
            &[format!("{:x}\r\n", russian.len()).as_bytes(), &russian, b"\r\n0\r\n\r\n"].concat(),
        ),
        response("http://a.example/3.png", "Content-Type: image/png\r\n", b"\x89PNG\r\n\x1a\n"),
        record("conversion", "text/plain", "http://a.example/4", "Words of a dump.\n".as_bytes()),
    ];
    let folder = Folder::new();
    let plain = folder.write("plain", records.concat());
    let members = folder.write("members.warc.gz", records.iter().flat_map(|record| gzip(record)).collect::<Vec<_>>());
    for path in [plain, members] {
        let run = tamis(["clean".as_ref(), "--stats".as_ref(), "json".as_ref(), path.as_path()], b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let lines = run.lines();
        assert_eq!(lines.len(), 3);
        let texts = ["The council approved the plan.", "Совет утвердил новый план.", "Words of a dump."];
        for (line, (text, n)) in lines.iter().zip(texts.iter().zip([2, 3, 5])) {
            assert!(crate::support::all_text(line).contains(text), "{line}");
            assert_eq!(line["source"]["record"], n);
            assert_eq!(line["source"]["captured_at"], "2021-05-06T07:08:09Z");
            assert!(line["source"]["url"].as_str().is_some_and(|url| url.starts_with("http://a.example/")));
            assert!(line["id"].as_str().is_some_and(|id| id.starts_with("urn:uuid:")));
        }
        assert_eq!(lines[2]["source"]["format"], "text");
        let stats: serde_json::Value = serde_json::from_str(run.stderr.trim()).expect("figures");
        assert_eq!(stats["passed_over"], serde_json::json!({"WARC request": 1, "WARC warcinfo": 1, "image/png": 1}));
    }
}

#[test]
fn damage_in_a_warc_is_reported_and_the_rest_comes_out() {
    let good = response("http://a.example/", "", b"<p>Words.</p>");
    let bad = String::from_utf8(good.clone()).expect("ASCII").replace("Content-Length: ", "Content-Length: 9");
    let run = tamis(["clean", "-"], &[good.as_slice(), bad.as_bytes(), &good].concat());
    assert_eq!(run.code, Some(2));
    let kinds: Vec<_> = run.lines().iter().map(|line| line["schema"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(kinds, ["tamis/page/1", "tamis/error/1", "tamis/page/1"]);
    assert!(run.stderr.contains(&format!("-: record 1: byte {}: ", good.len())), "{}", run.stderr);
}

#[test]
fn damage_to_the_packing_is_reported_and_the_rest_comes_out() {
    let good = response("http://a.example/", "", b"<p>The council approved the plan.</p>");
    let bomb = zstd(&response("http://a.example/", "", &vec![b' '; 100 << 20]));
    let (members, frame) = (gzip(&good), zstd(&good));
    for (file, message) in [
        ([&members, &members[..members.len() / 2], &members, &members].concat(), "damaged or cut short"),
        ([&frame, bomb.as_slice(), &frame, &frame].concat(), "decompression bomb"),
    ] {
        let run = tamis(["clean", "-"], &file);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("-: record 1: byte ") && run.stderr.contains(message), "{}", run.stderr);
        let schemas: Vec<_> = run.lines().iter().map(|line| line["schema"].clone()).collect();
        assert_eq!(schemas, ["tamis/page/1", "tamis/error/1", "tamis/page/1", "tamis/page/1"]);
    }
}
