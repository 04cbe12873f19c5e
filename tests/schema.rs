//! `tamis schema` says what really comes out.

use serde_json::Value;

use crate::support::tamis;

/// What of `value` the schema does not allow. Knows the keywords that our schemas use, and fails on any other.
fn faults(schema: &Value, root: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{place}: {what}: {value}"));
        }
    };
    for (keyword, rule) in schema.as_object().expect("a schema") {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "additionalProperties" => {}
            "$ref" => {
                let pointer = rule.as_str().and_then(|rule| rule.strip_prefix('#')).expect("a local reference");
                let schema = root.pointer(pointer).expect("a definition");
                let mut inner = Vec::new();
                faults(schema, root, value, place, &mut inner);
                expect(inner.is_empty(), &inner.join("; "));
            }
            "const" => expect(rule == value, "const"),
            "enum" => expect(rule.as_array().is_some_and(|values| values.contains(value)), "enum"),
            "type" => {
                let is = |name: &str| match name {
                    "string" => value.is_string(),
                    "null" => value.is_null(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("type {other}"),
                };
                let holds = match rule {
                    Value::String(name) => is(name),
                    Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
                    _ => false,
                };
                expect(holds, "type");
            }
            "minimum" => expect(value.as_f64() >= rule.as_f64() || value.is_null(), "minimum"),
            "maximum" => expect(value.as_f64() <= rule.as_f64() || value.is_null(), "maximum"),
            "minItems" => {
                expect(value.as_array().is_none_or(|items| Some(items.len() as u64) >= rule.as_u64()), "minItems");
            }
            "maxItems" => {
                expect(value.as_array().is_none_or(|items| Some(items.len() as u64) <= rule.as_u64()), "maxItems");
            }
            "required" => {
                let missing = rule
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
                expect(missing.is_none(), &format!("lacks {missing:?}"));
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match rule.get(name) {
                        Some(schema) => {
                            let mut inner = Vec::new();
                            faults(schema, root, member, &format!("{place}/{name}"), &mut inner);
                            expect(inner.is_empty(), &inner.join("; "));
                        }
                        None => expect(schema["additionalProperties"] == true, &format!("unknown {name}")),
                    }
                }
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    let mut inner = Vec::new();
                    faults(rule, root, item, &format!("{place}/{n}"), &mut inner);
                    expect(inner.is_empty(), &inner.join("; "));
                }
            }
            other => panic!("keyword {other}"),
        }
    }
}

fn check(schema: &Value, value: &Value) {
    let mut found = Vec::new();
    faults(schema, schema, value, "", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const PAGE: &str = "<html lang=en><head><title>The plan</title></head><body><nav><a href=/>Home</a></nav><article>\
    <h1>The plan</h1><p class=byline>By Ann Example</p><time datetime=2020-01-02>2 January</time>\
    <p>The council approved the plan on Tuesday after a long debate about the riverside walk.</p><ul><li>one<li>two</ul>\
    </article><section id=comments><h2>2 comments</h2><ol class=comment-list>\
    <li class=comment id=comment-1><div class=comment-meta><cite>Ben</cite> <time datetime=2020-01-03T10:00>3 January</time></div><p>At last, a plan!</p>\
    <ol class=children><li class=comment id=comment-2><div class=comment-meta><cite>Cay</cite> <time datetime=2020-01-03T11:00>3 January</time></div><p>And about time.</p></li></ol></li>\
    </ol></section><footer>© 2020 The Example</footer></body></html>";

#[test]
fn real_records_keep_to_the_schema() {
    let page: Value = serde_json::from_str(&tamis(["schema"], b"").text()).expect("JSON");
    let error: Value = serde_json::from_str(&tamis(["schema", "error"], b"").text()).expect("JSON");
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{PAGE}\r\n\r\n",
        PAGE.len() + 19
    );
    let line = serde_json::json!({"html": PAGE, "title": "theirs", "more": [1]}).to_string();
    for input in [
        PAGE,
        &warc,
        &line,
        "The plan\n\nThe council approved the plan.\n",
        "",
        "{\"html\":null}",
        "{\"html\":\"\"}\noops",
    ] {
        for record in tamis(["clean", "-"], input.as_bytes()).lines() {
            match record["schema"].as_str() {
                Some("tamis/page/1") => check(&page, &record),
                Some("tamis/error/1") => check(&error, &record),
                other => panic!("{other:?}"),
            }
        }
    }
    let seen = tamis(["clean", "-"], warc.as_bytes()).page();
    assert_eq!(seen["source"]["warc"]["status"], 200);
}

#[test]
fn the_schema_names_every_field_label_and_kind() {
    let page: Value = serde_json::from_str(&tamis(["schema"], b"").text()).expect("JSON");
    let names: Vec<&String> = page["properties"].as_object().expect("properties").keys().collect();
    assert_eq!(names, tamis::record::PageRecord::FIELDS);
    let all = |names: &[&str]| Value::from(names.to_vec());
    let labels: Vec<&str> = tamis::record::Label::ALL.iter().map(|label| label.name()).collect();
    assert_eq!(page["$defs"]["part"]["properties"]["label"]["enum"], all(&labels));
    let kinds: Vec<&str> = tamis::record::PageKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(page["properties"]["kind"]["enum"], all(&kinds));
    let kinds: Vec<&str> = tamis::record::BodyKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(page["properties"]["body"]["items"]["properties"]["kind"]["enum"], all(&kinds));
    let kinds: Vec<&str> = tamis::record::CommentKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(page["$defs"]["comment"]["properties"]["kind"]["enum"], all(&kinds));
}
