//! Parquet in and out.

use crate::support::{Folder, tamis};

const LINES: &str = "{\"id\":\"a\",\"url\":\"http://a.example/1\",\"html\":\"<title>Plan</title><p>The council approved the plan on Tuesday.</p>\",\"n\":1.5}\n\
     {\"id\":\"b\",\"text\":\"Der Rat hat den Plan gebilligt, während die Straße gesperrt blieb.\"}\n";

#[test]
fn what_is_written_is_read_again() {
    let folder = Folder::new();
    let input = folder.write("in.jsonl", LINES.repeat(300));
    let out = folder.path().join("out.parquet");
    let run = tamis(["clean".as_ref(), input.as_path(), "-o".as_ref(), out.as_path()], b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let back = tamis(["clean".as_ref(), out.as_path()], b"");
    assert_eq!(back.code, Some(0), "{}", back.stderr);
    let lines = back.lines();
    assert_eq!(lines.len(), 600);
    assert_eq!((lines[0]["id"].as_str(), lines[0]["source"]["url"].as_str()), (Some("a"), Some("http://a.example/1")));
    assert_eq!(lines[1]["source"]["record"], 1);
    let record: serde_json::Value = serde_json::from_str(lines[0]["record"].as_str().expect("a column")).expect("JSON");
    assert_eq!((record["schema"].as_str(), record["n"].as_f64()), (Some("tamis/page/1"), Some(1.5)));
    let archive = format!("{}/", folder.path().join("archive").display());
    let arguments = ["clean", input.to_str().expect("UTF-8"), "--to", "parquet", "-o", &archive, "--shard-size", "50K"];
    let run = tamis(arguments, b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let shards = std::fs::read_dir(&archive).expect("a folder").count() - 1;
    assert!(shards > 2, "{shards} shards");
    assert_eq!(tamis(["clean", "--to", "parquet", "-"], b"").code, Some(2), "Parquet is no stream");
}

#[test]
fn damage_is_an_error_and_the_rest_comes_out() {
    let folder = Folder::new();
    let input = folder.write("in.jsonl", LINES.repeat(50));
    let out = folder.path().join("out.parquet");
    assert_eq!(tamis(["clean".as_ref(), input.as_path(), "-o".as_ref(), out.as_path()], b"").code, Some(0));
    let whole = std::fs::read(&out).expect("written");
    let noise = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        for (n, byte) in bytes[from..to].iter_mut().enumerate() {
            *byte = (n * 151 + 89) as u8;
        }
        bytes
    };
    let length = whole.len();
    for (name, bytes) in [
        ("footer of noise", noise(length - 500, length - 8)),
        ("length of noise", noise(length - 8, length - 4)),
        ("pages of noise", noise(4, length / 2)),
        ("cut", whole[..length / 2].to_vec()),
        ("only magic", b"PAR1".to_vec()),
    ] {
        let bad = folder.write("bad.parquet", bytes);
        let run = tamis(["clean".as_ref(), bad.as_path(), "-".as_ref()], b"<p>The council approved the plan.</p>");
        assert_eq!(run.code, Some(2), "{name}: {}", run.stderr);
        assert!(run.stderr.contains("bad.parquet: "), "{name}: {}", run.stderr);
        assert_eq!(run.lines().last().map(|line| line["schema"].clone()), Some("tamis/page/1".into()), "{name}");
    }
}
