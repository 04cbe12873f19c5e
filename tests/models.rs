//! Models come from named data, repeat byte for byte, and are measured on pages that they have not seen.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Folder, Run, gzip, tamis, zstd};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Some of the fixtures that models learn from.
fn some_fixtures(folder: &Folder, count: usize) -> PathBuf {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("fixtures/train/pages"))
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pages.sort();
    for page in pages.iter().take(count) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        for file in ["page.html", "expected.json", "lynx.txt"] {
            let bytes = std::fs::read(page.join(file)).expect("a fixture");
            folder.write(&format!("some/pages/{name}/{file}"), bytes);
        }
    }
    folder.path().join("some")
}

fn run(arguments: &[&str]) -> Run {
    tamis(arguments, b"")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn the_same_data_give_the_same_model() {
    let folder = Folder::new();
    let fixtures = some_fixtures(&folder, 3);
    let train = |name: &str| {
        let out = folder.path().join(name);
        let run = run(&["train", "blocks", "--fixtures", text(&fixtures), "-o", text(&out)]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.contains("3  fixtures (html)"), "{}", run.stderr);
        std::fs::read(out).expect("a model")
    };
    assert!(train("a.safetensors") == train("b.safetensors"));
    assert_eq!(folder.files(), ["a.safetensors", "b.safetensors", "some"], "nothing half-written stays");

    let model = folder.path().join("a.safetensors");
    let measured = run(&["eval", "blocks", "--json", "--fixtures", text(&fixtures), "--model", text(&model)]);
    let figures = &measured.lines()[0];
    assert!(figures["html"]["macro_f1_removed"].as_f64() > Some(0.5), "{figures}");
    assert_eq!(figures["text"]["pages"], 3);
}

#[test]
fn what_measures_does_not_teach() {
    let folder = Folder::new();
    let out = folder.path().join("x.safetensors");
    let set = format!("own={}", text(&folder.write("check/pages.jsonl", "")));
    for source in [["--fixtures", "fixtures/check"], ["--set", &set], ["--labelled", "fixtures/check"]] {
        let run = run(&["train", "blocks", source[0], source[1], "--allow-unlisted", "-o", text(&out)]);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("check/ measures the models and must not teach them"), "{}", run.stderr);
    }
    assert!(!out.exists());
}

#[test]
fn only_listed_sets_teach_and_their_digests_are_checked() {
    let folder = Folder::new();
    let fixtures = some_fixtures(&folder, 2);
    let page = |n: usize| {
        let words = "the harbour master closed the quay because of the wind ".repeat(n + 2);
        json!({"id": format!("page/{n}"), "html": format!("<nav>Home</nav><p>{words}</p>"), "text": words}).to_string()
    };
    let lines: String = (0..6).map(|n| page(n) + "\n").collect();
    let pages = folder.write("own.jsonl.zst", zstd(lines.as_bytes()));
    let out = folder.path().join("own.safetensors");
    let train = |sources: &Path, more: &[&str]| {
        let set = format!("own={}", text(&pages));
        let mut arguments = vec!["train", "blocks", "--fixtures", text(&fixtures), "--set", &set];
        arguments.extend(["--sources", text(sources), "-o", text(&out)]);
        arguments.extend(more);
        run(&arguments)
    };
    let list = |name: &str, digest: &str| {
        let list = format!(
            "[[blocks]]\nname = \"own\"\ntitle = \"Own\"\nlicence = \"CC0\"\npages = 6\ndigest = \"{digest}\"\n"
        );
        folder.write(name, list)
    };
    let other = train(&list("other.toml", "00"), &[]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("own.jsonl.zst: the digest is "), "{}", other.stderr);
    let digest = other.stderr.split("the digest is ").nth(1).and_then(|rest| rest.split(',').next()).expect("a digest");
    let unlisted = train(&folder.write("none.toml", ""), &[]);
    assert!(unlisted.stderr.contains("\"own\" is not among the listed sources"), "{}", unlisted.stderr);

    let part = train(&list("right.toml", digest), &["--leave-out", "0/2"]);
    assert_eq!(part.code, Some(0), "{}", part.stderr);
    let learned: usize = part
        .stderr
        .lines()
        .find_map(|line| line.strip_suffix("  own (html)"))
        .and_then(|count| count.trim().parse().ok())
        .expect("a count");
    let measured = run(&["eval", "pages", text(&pages), "--only", "0/2", "--json", "--model", text(&out)]);
    let measured = measured.lines()[0]["all"]["pages"].as_u64().expect("a count");
    assert_eq!(learned + measured as usize, 6, "a page is learned from or measured, not both");
    assert!(train(&folder.write("none.toml", ""), &["--allow-unlisted"]).code == Some(0));
}

#[test]
fn main_text_is_measured_by_runs_of_words_and_snippets() {
    let folder = Folder::new();
    let words: Vec<String> =
        (0..8).map(|n| format!("In year {n} the old mill by the river ground flour for the whole valley. ")).collect();
    let article = words.concat();
    let lines =
        json!({"id": "a", "html": format!("<title>Mill</title><article><h1>Mill</h1><p>{article}</p></article>")});
    let pages = folder.write("pages.jsonl", format!("{lines}\n"));
    let gold = json!({"id": "a", "text": article, "with": ["old mill"], "without": ["valley of ashes"], "lang": "en"});
    let gold = folder.write("gold.jsonl.gz", gzip(format!("{gold}\n").as_bytes()));
    let arguments = ["eval", "pages", text(&pages), "--gold", text(&gold), "--by", "language", "--worst", "3"];
    let table = run(&arguments);
    assert_eq!(table.code, Some(0), "{}", table.stderr);
    let figures = &run(&[&arguments[..], &["--json"]].concat()).lines()[0];
    // The headline may stand in the text or not.
    assert!(figures["all"]["f1"].as_f64() > Some(0.98), "{figures}");
    assert_eq!((&figures["groups"]["en"]["snippets"], &figures["worst"][0]["id"]), (&json!(1.0), &json!("a")));
    assert!(table.text().contains("1.0000"), "{}", table.text());

    let own = run(&["eval", "pages", "--fixtures", text(&some_fixtures(&folder, 2)), "--json"]);
    assert_eq!(own.lines()[0]["all"]["pages"], 4);
}

#[test]
fn threads_are_measured_by_comments_authors_times_and_parents() {
    let folder = Folder::new();
    let comment = |n: usize| {
        let words =
            format!("The ferry in plan {n} runs too late for the school, and the bridge stays shut until spring.");
        (
            ["Ida Holm", "Bo Lind", "Eva Berg", "Per Dahl", "Liv Moe", "Jan Vik"][n],
            format!("2021-05-0{}T10:05", n + 1),
            words,
        )
    };
    let html = (0..6)
        .map(comment)
        .map(|(author, time, words)| {
            let head = format!("<cite class=fn>{author}</cite> <time datetime={time}>{time}</time>");
            format!("<li class=comment>{head}<p>{words}</p></li>")
        })
        .collect::<Vec<_>>()
        .concat();
    let article = "<p>The council approved the plan on Tuesday, after a debate of three hours.</p>".repeat(3);
    let html = format!("<article><h1>The plan</h1>{article}</article><ol id=comments class=commentlist>{html}</ol>");
    let comments: Vec<Value> = (0..6)
        .map(comment)
        .map(|(author, time, words)| json!({"author": author, "published": time, "text": words}))
        .collect();
    let pages = folder.write("pages.jsonl", json!({"id": "a", "html": html}).to_string());
    let gold = json!({"id": "a", "engine": "wordpress", "comments": comments});
    let gold = folder.write("gold.jsonl", gold.to_string());
    let arguments = ["eval", "threads", text(&pages), "--gold", text(&gold), "--by", "system", "--worst", "1"];
    let table = run(&arguments);
    assert_eq!(table.code, Some(0), "{}", table.stderr);
    assert!(table.text().contains("wordpress (html) "), "{}", table.text());
    let figures = &run(&[&arguments[..], &["--json"]].concat()).lines()[0];
    assert_eq!((&figures["all"]["f1"], &figures["worst"]["a"]["comments"]), (&json!(1.0), &json!(6)), "{figures}");
    let found = &figures["groups"]["wordpress (html)"];
    assert!(["author", "time", "parent"].iter().all(|name| found[name] == json!(1.0)), "{found}");
}

#[test]
fn dumps_are_held_against_the_html_they_came_from() {
    let folder = Folder::new();
    let fixtures = some_fixtures(&folder, 3);
    let run = run(&["eval", "fixtures", "--fixtures", text(&fixtures), "--json"]);
    let figures = &run.lines()[0];
    assert_eq!(figures["dumps"].as_array().map(Vec::len), Some(3), "{figures}");
    let means = &figures["renderers"]["lynx"];
    assert!(["text", "comments"].iter().all(|name| (0.0..=1.0).contains(&means[name].as_f64().expect("a mean"))));
    assert_eq!(means, &figures["all"], "there is one renderer only");
}

#[test]
fn an_explanation_names_every_block_and_every_source() {
    let folder = Folder::new();
    let html = "<html lang=en><title>Tide tables late</title><nav><a href=/>Home</a></nav><article><h1>Tide tables late</h1>\
                <p>The harbour office printed the tide tables a week late, and the ferry ran aground on Monday.</p></article>";
    let page = folder.write("page.html", html);
    let all = run(&["explain", "page", text(&page)]);
    assert_eq!(all.code, Some(0), "{}", all.stderr);
    let text_of = all.text();
    assert!(text_of.contains("title  Tide tables late  ("), "{text_of}");
    assert!(text_of.contains("The harbour office printed") && text_of.contains("kind  "), "{text_of}");
    assert!(!text_of.contains('\x1b'), "colours are for terminals");
    let one = run(&["explain", "page", text(&page), "--block", "0"]).text();
    assert!(one.starts_with("Home\n") && one.contains("in log-odds"), "{one}");
    let beyond = run(&["explain", "page", text(&page), "--block", "99"]);
    assert_eq!(beyond.code, Some(2));
    assert!(beyond.stderr.contains("there is no block 99"), "{}", beyond.stderr);
    let lines = folder.write("two.jsonl", "{\"id\":\"a\",\"text\":\"First.\"}\n{\"id\":\"b\",\"text\":\"Second.\"}\n");
    assert!(run(&["explain", "page", text(&lines), "--id", "b"]).text().contains("Second."));
    assert!(run(&["explain", "page", text(&lines), "--id", "c"]).stderr.contains("no page with the id"));
}

#[test]
fn a_corrected_page_can_be_learned_from() {
    let folder = Folder::new();
    let fixtures = some_fixtures(&folder, 2);
    let html = "<nav><a href=/>Home</a> <a href=/n>News</a></nav><article><h1>Tide tables late</h1>\
                <p>The harbour office printed the tide tables a week late.</p><pre>low\n\thigh</pre></article>";
    let page = folder.write("own/page.html", html);
    let sheet = folder.path().join("own/page.txt");
    let written = run(&["label", text(&page), "-o", text(&sheet)]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let labels = std::fs::read_to_string(&sheet).expect("a sheet");
    assert!(labels.contains("\n# page: page.html\n"), "beside its page a sheet can move with it: {labels}");
    assert!(labels.contains("\tlow\\n\\thigh\n"), "{labels}");
    assert_eq!(run(&["label", "--check", text(&sheet)]).code, Some(0));

    let model = folder.path().join("own.safetensors");
    let labelled = folder.path().join("own");
    let arguments =
        ["train", "blocks", "--fixtures", text(&fixtures), "--labelled", text(&labelled), "-o", text(&model)];
    let trained = run(&arguments);
    assert_eq!(trained.code, Some(0), "{}", trained.stderr);
    assert!(trained.stderr.contains("1  labelled (html)"), "{}", trained.stderr);

    for (wrong, said) in [
        (labels.replace("\tThe harbour office", "\tA harbour office"), "only labels may change"),
        (labels.replace("\tThe harbour", " The harbour"), "no tab between label and text"),
        (format!("{labels}headline\tmore\n"), "\"headline\" is not a known Label"),
    ] {
        std::fs::write(&sheet, wrong).expect("written");
        let checked = run(&["label", "--check", text(&sheet)]);
        assert_eq!(checked.code, Some(2));
        assert!(checked.stderr.contains(said), "{}", checked.stderr);
        assert_eq!(run(&arguments).code, Some(2), "nothing is learned from a faulty sheet");
    }
}

#[test]
fn the_program_says_what_its_models_are() {
    let run = run(&["models", "--json"]);
    let models = &run.lines()[0];
    for (at, name) in ["blocks", "comments"].iter().enumerate() {
        let bytes = std::fs::read(root().join(format!("models/{name}.safetensors"))).expect("a model");
        let digest = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
        assert_eq!((&models[at]["name"], &models[at]["digest"]), (&json!(name), &json!(digest)));
        assert_eq!(models[at]["bytes"], json!(bytes.len()));
    }
    assert!(models[0]["learned_from"]["pages"].as_object().is_some_and(|sets| !sets.is_empty()));
}

#[test]
fn every_outside_set_of_the_block_model_is_listed() {
    let list = std::fs::read_to_string(root().join("models/SOURCES.toml")).expect("a list");
    let list: toml::Value = toml::from_str(&list).expect("TOML");
    let listed: Vec<&str> = list["blocks"]
        .as_array()
        .into_iter()
        .flatten()
        .inspect(|source| {
            for field in ["title", "licence", "digest"] {
                assert!(source[field].as_str().is_some_and(|value| !value.is_empty()), "{source}");
            }
        })
        .filter_map(|source| source["name"].as_str())
        .collect();
    let models: Value = run(&["models", "--json"]).lines().remove(0);
    for source in models[0]["learned_from"]["pages"].as_object().expect("sources").keys() {
        let set = source.rsplit_once(" (").map_or(&**source, |(set, _)| set);
        // Renderings may stand under the name of the set that they were made from.
        let set = set.strip_prefix("dump:").unwrap_or(set);
        assert!(set == "fixtures" || listed.contains(&set), "{set} is not in models/SOURCES.toml");
    }
}
