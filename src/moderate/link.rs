//! Finding links in running text: with a scheme, with `www.`, bare `host.tld`, and broken ones (`host. com/path`).

/// A link within a chunk of text without white space. All positions are byte offsets into the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it begins.
    pub(super) start: usize,
    /// One past its end.
    pub(super) end: usize,
    /// The host, without port.
    pub(super) host: (usize, usize),
    /// How it is written.
    pub(super) form: Form,
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With a scheme.
    Scheme,
    /// With `www.`.
    Www,
    /// A bare host.
    Bare,
    /// Cut or masked so that filters miss it: `hxxp://`, `host. com/…`, `host[.]com`.
    Broken,
}

/// The first link of `chunk`, which holds no white space.
pub(super) fn find(chunk: &str) -> Option<Link> {
    let bytes = chunk.as_bytes();
    let scheme = memchr::memchr_iter(b':', bytes).find(|at| bytes[*at..].starts_with(b"://")).filter(|at| *at > 0);
    if let Some(at) = scheme {
        let start = bytes[..at].iter().rposition(|b| !b.is_ascii_alphabetic()).map_or(0, |i| i + 1);
        let name = &chunk[start..at];
        if name.len() >= 2 {
            // A word may be glued to the front: "seehttps://".
            let glued = ["https", "http", "hxxps", "hxxp", "ftp", "tg"].iter().find(|s| ends_with(name, s));
            let start = glued.map_or(start, |s| at - s.len());
            let form = if name.to_ascii_lowercase().contains("xx") { Form::Broken } else { Form::Scheme };
            return Some(close(chunk, start, at + 3, form));
        }
    }
    if let Some(at) = find_ignoring_case(bytes, b"www.") {
        let free = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if free && bytes.len() > at + 5 {
            return Some(close(chunk, at, at, Form::Www));
        }
    }
    bare(chunk)
}

/// A bare `host.tld`, with a path where the ending is also a common word.
fn bare(chunk: &str) -> Option<Link> {
    let bytes = chunk.as_bytes();
    let first_dot = memchr::memchr(b'.', bytes)?;
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let mut from = first_dot;
    loop {
        let start = bytes[..from].iter().rposition(|b| !is_host(b)).map_or(0, |i| i + 1);
        let end = bytes[from..].iter().position(|b| !is_host(b)).map_or(bytes.len(), |i| from + i);
        let host = chunk[start..end].trim_matches('.');
        let offset = start + (chunk[start..end].len() - chunk[start..end].trim_start_matches('.').len());
        let host_end = offset + host.len();
        let mail = start > 0 && bytes[start - 1] == b'@' || bytes.get(host_end) == Some(&b'@');
        if let Some((name, tld)) = host.rsplit_once('.') {
            let path = matches!(bytes.get(host_end), Some(b'/' | b'?'));
            let one_case =
                !tld.bytes().any(|b| b.is_ascii_uppercase()) || !host.bytes().any(|b| b.is_ascii_lowercase());
            let known = is_tld(tld) || (path && tld.len() == 2 && tld.bytes().all(|b| b.is_ascii_alphabetic()));
            if !mail
                && known
                && one_case
                && name.len() >= if path { 1 } else { 2 }
                && name.bytes().any(|b| b.is_ascii_alphabetic())
            {
                return Some(close(chunk, offset, offset, Form::Bare));
            }
        }
        from = end + memchr::memchr(b'.', &bytes[end..])?;
    }
}

/// Completes a link whose host begins at `host`.
fn close(chunk: &str, start: usize, host: usize, form: Form) -> Link {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '}' | '|' | '»' | '«' | '“' | '”' | '、' | '。' | '，'
            )
    };
    let end = chunk[host..].find(ends).map_or(chunk.len(), |i| host + i);
    let trimmed = chunk[host..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '*', '…']);
    let end = host + trimmed.len();
    let host_end = trimmed.find(['/', '?', '#', ':']).map_or(end, |i| host + i);
    Link { start, end: end.max(host), host: (host, host_end), form }
}

fn ends_with(name: &str, suffix: &str) -> bool {
    name.len() >= suffix.len() && name.as_bytes()[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
}

fn find_ignoring_case(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(needle[0], needle[0].to_ascii_uppercase(), bytes)
        .find(|at| bytes.get(*at..*at + needle.len()).is_some_and(|w| w.eq_ignore_ascii_case(needle)))
}

/// Whether a chunk is the torn-off end of a link: `com/watch?v=…` after `youtube.`.
pub(super) fn is_torn_end(chunk: &str) -> bool {
    chunk.split_once('/').is_some_and(|(tld, path)| !path.is_empty() && is_tld(tld))
}

/// Top-level domains that mark a bare host without more: the common generic ones and those country codes that
/// are no word in a language of their users (IANA root zone, 2025).
const TLDS: &[&str] = &[
    "academy",
    "adult",
    "agency",
    "ai",
    "app",
    "art",
    "asia",
    "au",
    "bar",
    "bet",
    "bid",
    "biz",
    "blog",
    "br",
    "buzz",
    "by",
    "bz",
    "ca",
    "cafe",
    "casino",
    "cash",
    "cc",
    "cf",
    "ch",
    "chat",
    "church",
    "city",
    "click",
    "clinic",
    "cloud",
    "club",
    "cn",
    "co",
    "com",
    "company",
    "cricket",
    "cyou",
    "cz",
    "dating",
    "date",
    "deals",
    "de",
    "dev",
    "digital",
    "direct",
    "dk",
    "download",
    "edu",
    "email",
    "eu",
    "exchange",
    "expert",
    "fi",
    "fit",
    "fm",
    "fr",
    "fun",
    "fund",
    "fyi",
    "ga",
    "games",
    "gd",
    "gg",
    "gl",
    "gle",
    "global",
    "gq",
    "gr",
    "group",
    "guru",
    "help",
    "hk",
    "host",
    "hr",
    "hu",
    "icu",
    "id",
    "ie",
    "il",
    "info",
    "ink",
    "io",
    "ir",
    "is",
    "jobs",
    "jp",
    "ke",
    "kim",
    "kr",
    "kz",
    "land",
    "life",
    "link",
    "live",
    "loan",
    "loans",
    "lol",
    "lt",
    "ltd",
    "lu",
    "lv",
    "ly",
    "marketing",
    "market",
    "media",
    "men",
    "ml",
    "mobi",
    "money",
    "monster",
    "mx",
    "my",
    "name",
    "net",
    "network",
    "news",
    "ng",
    "nl",
    "nz",
    "one",
    "online",
    "org",
    "page",
    "party",
    "ph",
    "photo",
    "pics",
    "pk",
    "pl",
    "plus",
    "porn",
    "press",
    "pro",
    "pw",
    "quest",
    "racing",
    "red",
    "rest",
    "review",
    "reviews",
    "ro",
    "rocks",
    "rs",
    "ru",
    "rip",
    "sale",
    "science",
    "sex",
    "sexy",
    "sg",
    "shop",
    "site",
    "sk",
    "social",
    "space",
    "store",
    "stream",
    "studio",
    "su",
    "support",
    "surf",
    "systems",
    "tech",
    "th",
    "tips",
    "tk",
    "today",
    "tokyo",
    "tools",
    "top",
    "tr",
    "trade",
    "tube",
    "tv",
    "tw",
    "ua",
    "uk",
    "us",
    "uz",
    "video",
    "vin",
    "vip",
    "vn",
    "wang",
    "website",
    "wiki",
    "win",
    "work",
    "works",
    "world",
    "ws",
    "wtf",
    "xin",
    "xxx",
    "xyz",
    "yt",
    "za",
    "zone",
];

/// Whether a bare host may end so.
pub(super) fn is_tld(tld: &str) -> bool {
    let mut lower = [0u8; 12];
    if tld.len() > lower.len() || !tld.is_ascii() {
        return false;
    }
    let lower = &mut lower[..tld.len()];
    lower.copy_from_slice(tld.as_bytes());
    lower.make_ascii_lowercase();
    // The list is nearly sorted; a linear look past the first letter is quick enough for the few chunks with a dot.
    TLDS.iter().any(|known| known.as_bytes() == &*lower)
}

/// What a host is for, as far as it is known of a whole class of hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum HostKind {
    /// Hides where a link leads.
    Shortener,
    /// Opens a private conversation or a channel of a messenger.
    Messenger,
    /// Written as a number.
    Address,
    /// Anything else.
    Plain,
}

/// Link shorteners and messengers by name (the public lists of their kind; none of them is good or bad in itself).
pub(super) fn host_kind(host: &str) -> HostKind {
    const SHORTENERS: &[&str] = &[
        "adf.ly",
        "b23.ru",
        "bit.do",
        "bit.ly",
        "bitly.com",
        "buff.ly",
        "clck.ru",
        "cutt.ly",
        "cutt.us",
        "goo.gl",
        "goo.su",
        "gg.gg",
        "is.gd",
        "j.mp",
        "kutt.it",
        "linktr.ee",
        "lnkd.in",
        "ouo.io",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "shorte.st",
        "shorturl.at",
        "soo.gd",
        "t.co",
        "t.ly",
        "t2m.io",
        "tiny.cc",
        "tiny.one",
        "tinyurl.com",
        "u.to",
        "urlz.fr",
        "v.gd",
        "vk.cc",
        "x.co",
    ];
    const MESSENGERS: &[&str] = &[
        "t.me",
        "telegram.me",
        "telegram.org",
        "tg.me",
        "wa.me",
        "wa.link",
        "whatsapp.com",
        "api.whatsapp.com",
        "chat.whatsapp.com",
        "discord.gg",
        "m.me",
        "line.me",
        "viber.com",
        "signal.me",
        "zalo.me",
        "kakao.com",
        "open.kakao.com",
        "ig.me",
    ];
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if SHORTENERS.contains(&host) {
        HostKind::Shortener
    } else if MESSENGERS.contains(&host) {
        HostKind::Messenger
    } else if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        HostKind::Address
    } else {
        HostKind::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_however_they_are_written() {
        for (chunk, link, host) in [
            ("http://example.org/a?b=c.", "http://example.org/a?b=c", "example.org"),
            ("(https://example.org)", "https://example.org", "example.org"),
            ("Https://Example.LTD", "Https://Example.LTD", "Example.LTD"),
            ("href=\"http://a.example/x\">2:19</a>", "http://a.example/x", "a.example"),
            ("www.example.org,", "www.example.org", "www.example.org"),
            ("cheap-pills.example.com", "cheap-pills.example.com", "cheap-pills.example.com"),
            ("shop.xyz!!!", "shop.xyz", "shop.xyz"),
            ("→t.me/+abc", "t.me/+abc", "t.me"),
            ("hxxp://example.org", "hxxp://example.org", "example.org"),
            ("text:http://10.0.0.1:80/x", "http://10.0.0.1:80/x", "10.0.0.1"),
            ("сайт.example.ru", "example.ru", "example.ru"),
        ] {
            let found = find(chunk).unwrap_or_else(|| panic!("{chunk}"));
            assert_eq!((&chunk[found.start..found.end], &chunk[found.host.0..found.host.1]), (link, host), "{chunk}");
        }
    }

    #[test]
    fn words_numbers_and_mail_are_no_links() {
        for chunk in [
            "end.So",
            "e.g.",
            "3.14",
            "wait...what",
            "U.S.A",
            "me@example.org",
            "v1.2.3",
            "Mr.Smith",
            "so.it",
            "://",
            "www.",
            ".",
        ] {
            assert_eq!(find(chunk), None, "{chunk}");
        }
        assert!(is_torn_end("com/watch?v=1") && !is_torn_end("and/or") && !is_torn_end("com/"));
    }

    #[test]
    fn hosts_have_kinds() {
        assert_eq!(host_kind("www.Bit.ly"), HostKind::Shortener);
        assert_eq!(host_kind("t.me"), HostKind::Messenger);
        assert_eq!(host_kind("10.0.0.1"), HostKind::Address);
        assert_eq!(host_kind("example.org"), HostKind::Plain);
    }
}
