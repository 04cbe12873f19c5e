//! Applying a policy to a stream of comments: scores, lists, links, repeats, and what the thread shows.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;

use super::policy::{Action, Cuts, Policy};
use super::reading::{Kind, Reading};
use super::recent::{Recent, fingerprint};
use super::scorer::{Reason, Scorer, Verdict};
use super::{Head, letters};
use crate::bayes::{hash, hash_pair};

/// Words that a text needs before repeats of it are counted: everyone says "thanks".
const WORDS: usize = 4;

/// A comment to be judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Incoming<'c> {
    /// What was written.
    pub text: &'c str,
    /// By whom.
    pub author: Option<&'c str>,
    /// The author's own link, where the form has a field for one.
    pub url: Option<&'c str>,
    /// Whether the author is new to the site.
    pub new_author: bool,
    /// What it answers.
    pub parent: Option<Parent<'c>>,
}

/// The comment that another answers.
#[derive(Clone, Copy, Debug)]
pub struct Parent<'c> {
    /// Its text.
    pub text: &'c str,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// What `tamis score` writes about a comment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moderation {
    /// Both probabilities.
    pub scores: Scores,
    /// How far the models know the comment's language, 0 to 1.
    pub confidence: f64,
    /// What happens to it.
    pub action: Action,
    /// Why, in words.
    pub reasons: Vec<Reason>,
}

/// Both probabilities, with seven significant digits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// The probability that it is spam.
    pub spam: f64,
    /// The probability that it is abuse.
    pub abuse: f64,
}

/// Judges a stream of comments in order.
#[derive(Debug)]
pub struct Moderator<'m> {
    scorer: Scorer<'m>,
    policy: Policy,
    cuts: [Cuts; 2],
    lists: [(Action, Vec<Entry>); 2],
    allowed_words: Vec<Entry>,
    reasons: bool,
    recent: Recent,
    links: HashMap<u64, u32>,
    links_in_order: VecDeque<u64>,
}

/// A word or phrase of a list.
#[derive(Debug)]
struct Entry {
    shown: String,
    words: Vec<String>,
    open: bool,
}

impl<'m> Moderator<'m> {
    /// A moderator; `reasons` says whether verdicts carry them.
    pub fn new(scorer: Scorer<'m>, policy: Policy, reasons: bool) -> Self {
        let cuts = [policy.cuts(Head::Spam, &scorer), policy.cuts(Head::Abuse, &scorer)];
        let entries = |words: &[String]| words.iter().map(|word| Entry::new(word)).collect::<Vec<_>>();
        let lists = [(Action::Reject, entries(&policy.words.reject)), (Action::Hold, entries(&policy.words.hold))];
        let allowed_words = entries(&policy.words.allow);
        let recent = Recent::new(policy.repeats.window);
        Self {
            scorer,
            cuts,
            lists,
            allowed_words,
            policy,
            reasons,
            recent,
            links: HashMap::new(),
            links_in_order: VecDeque::new(),
        }
    }

    /// Judges the next comment of the stream.
    pub fn judge(&mut self, comment: &Incoming<'_>) -> Moderation {
        let joined;
        let text = match comment.url.filter(|url| !url.trim().is_empty()) {
            Some(url) => {
                joined = format!("{}\n{url}", comment.text);
                &joined
            }
            None => comment.text,
        };
        let (verdict, reading) = self.scorer.read_and_score(text, self.reasons);
        let mut ruling = Ruling { action: Action::Approve, reasons: Vec::new() };
        let allowed = self.allowed_words.iter().any(|entry| entry.is_in(reading));
        if !allowed {
            thresholds(&verdict, &self.cuts, &mut ruling);
            for (action, list) in &self.lists {
                for entry in list.iter().filter(|entry| entry.is_in(reading)) {
                    ruling.rule(*action, || format!("listed word: {}", entry.shown));
                }
            }
            let policy = &self.policy.confidence;
            if verdict.confidence < policy.hold_below && verdict.spam.max(verdict.abuse) >= policy.unless_below {
                ruling.rule(Action::Hold, || "a language that the models hardly know".to_owned());
            }
        }
        let hosts: Vec<&str> = reading.links.iter().map(|link| reading.raw(link.host)).collect();
        domains(&self.policy, &hosts, comment.new_author, &mut ruling);
        let spoken = reading.words.iter().filter(|word| word.kind != Kind::Emoji).count();
        let print = (spoken >= WORDS).then(|| fingerprint(reading));
        let mut author_links = Vec::new();
        if let Some(author) = comment.author {
            author_links.extend(
                reading
                    .links
                    .iter()
                    .take(20)
                    .map(|link| hash_pair(hash(1, author.as_bytes()), hash(2, reading.raw(link.span).as_bytes()))),
            );
        }
        if let Some(parent) = comment.parent {
            if parent.deleted {
                ruling.reasons.push(Reason { head: None, what: "answers a deleted comment".to_owned(), weight: None });
            }
            if parent.text.trim() == comment.text.trim() && reading.words.len() >= WORDS {
                ruling.rule(self.policy.repeats.action, || "repeats the comment it answers".to_owned());
            }
        }
        self.repeats(print, &author_links, &mut ruling);
        if let Some(author) =
            comment.author.filter(|author| self.policy.authors.trusted.iter().any(|trusted| trusted == author))
        {
            ruling.action = Action::Approve;
            ruling.reasons.push(Reason { head: None, what: format!("trusted author: {author}"), weight: None });
        }
        let mut reasons = ruling.reasons;
        reasons.extend(verdict.reasons);
        if !self.reasons {
            reasons.clear();
        }
        Moderation {
            scores: Scores { spam: digits(verdict.spam), abuse: digits(verdict.abuse) },
            confidence: (verdict.confidence * 1000.0).round() / 1000.0,
            action: ruling.action,
            reasons,
        }
    }

    /// Counts the text and the author's links among the recent ones.
    fn repeats(&mut self, print: Option<u64>, author_links: &[u64], ruling: &mut Ruling) {
        let policy = &self.policy.repeats;
        if policy.window == 0 {
            return;
        }
        if let Some(print) = print {
            let mut same = self.recent.same(print);
            if same + 1 < policy.same_text {
                same = self.recent.near(print);
            }
            if same + 1 >= policy.same_text {
                ruling.rule(policy.action, || format!("the same or nearly the same text {} times", same + 1));
            }
            self.recent.push(print);
        }
        for link in author_links {
            let times = self.links.entry(*link).or_default();
            *times += 1;
            if *times as usize >= policy.same_link {
                let times = *times;
                ruling.rule(policy.action, || format!("this author's link for the {times}. time"));
            }
            self.links_in_order.push_back(*link);
            if self.links_in_order.len() > policy.window
                && let Some(old) = self.links_in_order.pop_front()
            {
                forget(&mut self.links, old);
            }
        }
    }
}

fn forget(counts: &mut HashMap<u64, u32>, key: u64) {
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

/// The action so far and the rules that led to it.
struct Ruling {
    action: Action,
    reasons: Vec<Reason>,
}

impl Ruling {
    fn rule(&mut self, action: Action, why: impl FnOnce() -> String) {
        self.action = self.action.max(action);
        self.reasons.push(Reason { head: None, what: why(), weight: None });
    }
}

fn thresholds(verdict: &Verdict, cuts: &[Cuts; 2], ruling: &mut Ruling) {
    for head in Head::ALL {
        let (probability, cuts) = (verdict.of(*head), &cuts[*head as usize]);
        let action = if probability > cuts.reject {
            Action::Reject
        } else if probability > cuts.hold {
            Action::Hold
        } else {
            Action::Approve
        };
        ruling.action = ruling.action.max(action);
    }
}

fn domains(policy: &Policy, hosts: &[&str], new_author: bool, ruling: &mut Ruling) {
    let within = |host: &str, domain: &str| {
        let (host, domain) = (host.to_ascii_lowercase(), domain.trim_start_matches("*.").to_ascii_lowercase());
        host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
    };
    let listed = |list: &[String], host: &str| list.iter().any(|domain| within(host, domain));
    let counted: Vec<&&str> = hosts.iter().filter(|host| !listed(&policy.domains.allow, host)).collect();
    for host in &counted {
        for (action, list) in [(Action::Reject, &policy.domains.reject), (Action::Hold, &policy.domains.hold)] {
            if listed(list, host) {
                ruling.rule(action, || format!("listed domain: {host}"));
            }
        }
    }
    if counted.len() > policy.links.hold_above {
        ruling.rule(Action::Hold, || format!("{} links", counted.len()));
    } else if new_author && counted.len() > policy.authors.new_links {
        ruling.rule(Action::Hold, || format!("{} links of a new author", counted.len()));
    }
}

impl Entry {
    fn new(shown: &str) -> Self {
        let (text, open) = shown.strip_suffix('*').map_or((shown, false), |stem| (stem, true));
        let mut words = vec![String::new()];
        for c in text.chars() {
            letters::fold(c, |folded| match folded.class {
                letters::Class::Letter | letters::Class::Digit | letters::Class::Dense => {
                    if let Some(word) = words.last_mut() {
                        word.push(folded.plain);
                    }
                }
                letters::Class::Space | letters::Class::Other => words.push(String::new()),
                _ => {}
            });
        }
        words.retain(|word| !word.is_empty());
        Self { shown: shown.to_owned(), words, open }
    }

    /// Whether the words stand in a row in the comment. In scripts without spaces, where words have no borders, the
    /// phrase may stand anywhere.
    fn is_in(&self, reading: &Reading) -> bool {
        let Some(last) = self.words.len().checked_sub(1) else { return false };
        reading.words.windows(self.words.len()).any(|row| {
            row.iter().zip(&self.words).enumerate().all(|(i, (word, wanted))| {
                let plain = reading.plain(word);
                plain == wanted
                    || (i == last && self.open && plain.starts_with(wanted.as_str()))
                    || (word.kind == Kind::Dense && plain.contains(wanted.as_str()))
            })
        })
    }
}

/// Rounded to seven significant digits, so that records stay short.
fn digits(probability: f64) -> f64 {
    let mut scale = 1e7;
    while probability * scale < 1e6 && scale < 1e15 {
        scale *= 10.0;
    }
    (probability * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moderator(policy: &str) -> Moderator<'static> {
        // The rules alone, without what the models say.
        let off = "reject = { probability = 1.0 }\nhold = { probability = 1.0 }\n";
        let policy = format!("[spam]\n{off}[abuse]\n{off}{policy}");
        Moderator::new(Scorer::new(), Policy::parse(&policy).unwrap(), true)
    }

    fn say(text: &str) -> Incoming<'_> {
        Incoming { text, ..Incoming::default() }
    }

    #[test]
    fn words_are_whole_words_and_never_parts() {
        let mut moderator = moderator("[words]\nreject = [\"dress\", \"buy now\", \"casin*\"]");
        let mut action = |text| moderator.judge(&say(text)).action;
        assert_eq!(action("Andressa says hello to everyone"), Action::Approve);
        assert_eq!(action("a dress"), Action::Reject);
        assert_eq!(action("d r e s s and a coat"), Action::Reject);
        assert_eq!(action("please BUY   nоw"), Action::Reject);
        assert_eq!(action("the casinos here"), Action::Reject);
    }

    #[test]
    fn domains_links_and_new_authors() {
        let mut moderator =
            moderator("[domains]\nreject = [\"bad.example\"]\nallow = [\"example.org\"]\n[links]\nhold_above = 1");
        assert_eq!(moderator.judge(&say("see http://www.bad.example/x")).action, Action::Reject);
        assert_eq!(moderator.judge(&say("see http://notbad.example/x")).action, Action::Approve);
        assert_eq!(moderator.judge(&say("see http://a.example/ and http://b.example/")).action, Action::Hold);
        assert_eq!(moderator.judge(&say("see http://a.example/ and http://example.org/")).action, Action::Approve);
        let mut moderator = self::moderator("[authors]\nnew_links = 0\ntrusted = [\"Ann\"]");
        let new = Incoming { new_author: true, ..say("see http://a.example/") };
        assert_eq!(moderator.judge(&new).action, Action::Hold);
        assert_eq!(moderator.judge(&Incoming { author: Some("Ann"), ..new }).action, Action::Approve);
    }

    #[test]
    fn repeats_are_noticed_and_forgotten() {
        let mut moderator = moderator("[repeats]\nwindow = 5\nsame_text = 3");
        let text = "I walked along the river this morning and it was quiet";
        let actions: Vec<Action> = (0..3).map(|_| moderator.judge(&say(text)).action).collect();
        assert_eq!(actions, [Action::Approve, Action::Approve, Action::Hold]);
        for other in [
            "the bread was good today my friend",
            "we saw two herons on the bank",
            "nobody came to the late meeting",
            "rain again and no umbrella here",
            "that recipe needs more salt I think",
        ] {
            assert_eq!(moderator.judge(&say(other)).action, Action::Approve, "{other}");
        }
        assert_eq!(moderator.judge(&say(text)).action, Action::Approve);
        assert!((0..9).all(|_| moderator.judge(&say("thanks!")).action == Action::Approve));
    }

    #[test]
    fn the_thread_matters() {
        let mut moderator = moderator("");
        let text = "The bridge was closed for repairs in the spring";
        let parent = Parent { text, deleted: false };
        assert_eq!(moderator.judge(&Incoming { parent: Some(parent), ..say(text) }).action, Action::Hold);
        let deleted = Parent { text: "", deleted: true };
        let told = moderator.judge(&Incoming { parent: Some(deleted), ..say("That is not how it was") });
        assert!(told.reasons.iter().any(|reason| reason.what.contains("deleted")));
    }

    #[test]
    fn probabilities_keep_seven_digits() {
        assert!((digits(0.123_456_789) - 0.123_456_8).abs() < 1e-12);
        assert!((digits(1.234_567_89e-9) - 1.234_568e-9).abs() < 1e-16);
        assert!(digits(0.0).abs() < 1e-300 && (digits(1.0) - 1.0).abs() < 1e-12);
    }
}
