//! Scoring one comment after another, with reasons, and explaining a score term by term.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::Head;
use super::features::Feature;
use super::model::Term as ModelTerm;
use super::model::{CommentModel, Weight, between};
use super::reading::Reading;
use super::site::{SiteHead, SiteLayer};
use super::vector::Vectoriser;
use crate::bayes::sigmoid;

/// Reasons given for one head.
const REASONS: usize = 4;

/// Scores comments with a model. Its buffers live on from comment to comment: keep one a thread.
#[derive(Debug)]
pub struct Scorer<'m> {
    model: &'m CommentModel,
    site: Option<&'m SiteLayer>,
    vectoriser: Vectoriser,
}

/// What is made of a comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The probability that it is spam.
    pub spam: f64,
    /// The probability that it is abuse.
    pub abuse: f64,
    /// How far the models know the comment's language, 0 to 1.
    pub confidence: f64,
    /// Why, strongest first; empty where both probabilities are low or no reasons were asked for.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// The probability of one head.
    pub const fn of(&self, head: Head) -> f64 {
        match head {
            Head::Spam => self.spam,
            Head::Abuse => self.abuse,
        }
    }
}

/// One reason, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The head that it speaks for; `None` for a rule of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// What was seen.
    pub what: String,
    /// What it adds to the log-odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

/// One term of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The feature, in words.
    pub what: String,
    /// What it adds to the log-odds.
    pub weight: f64,
}

/// A disguise that was undone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// As written.
    pub shown: String,
    /// As read.
    pub read: String,
}

/// Why a comment scores as it does. `base` plus the weights of `terms` is `log_odds`, and `probability` its sigmoid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The head explained.
    pub head: Head,
    /// The probability.
    pub probability: f64,
    /// Its log-odds.
    pub log_odds: f64,
    /// The log-odds of a comment without evidence.
    pub base: f64,
    /// Every term with a weight, strongest first.
    pub terms: Vec<Term>,
    /// The comment as the models read it.
    pub read_as: String,
    /// Words that were read otherwise than they are written.
    pub repairs: Vec<Repair>,
    /// Ways of hiding words that were seen.
    pub disguises: Vec<&'static str>,
    /// How far the models know the comment's language.
    pub confidence: f64,
}

impl Default for Scorer<'static> {
    fn default() -> Self {
        Self::new()
    }
}

impl Scorer<'static> {
    /// A scorer with the models that are part of this crate.
    pub fn new() -> Self {
        Self::with_model(CommentModel::shipped())
    }
}

impl<'m> Scorer<'m> {
    /// A scorer with a model of one's own.
    pub fn with_model(model: &'m CommentModel) -> Self {
        Self { model, site: None, vectoriser: Vectoriser::default() }
    }

    /// A scorer that mixes a site's own layer into the model's scores.
    pub fn with_site(model: &'m CommentModel, site: &'m SiteLayer) -> Self {
        Self { model, site: Some(site), vectoriser: Vectoriser::default() }
    }

    /// The model.
    pub const fn model(&self) -> &'m CommentModel {
        self.model
    }

    /// The probability above which at most `rate` of the ham lies: by the site's own decisions where there are enough.
    pub(super) fn threshold(&self, head: Head, rate: f64) -> f64 {
        let own = self.site.and_then(|site| site.head(head)).and_then(SiteHead::thresholds);
        own.map_or_else(|| self.model.threshold(head, rate), |own| between(own, rate))
    }

    /// Scores a comment and says why.
    pub fn score(&mut self, comment: &str) -> Verdict {
        self.read_and_score(comment, true).0
    }

    /// Scores a comment without saying why: faster where much is spam.
    pub fn score_only(&mut self, comment: &str) -> Verdict {
        self.read_and_score(comment, false).0
    }

    /// Scores a comment and gives it as read. Reasons are sought only where a probability is high.
    pub(super) fn read_and_score(&mut self, comment: &str, why: bool) -> (Verdict, &Reading) {
        let model = self.model;
        if !why && self.site.is_none() {
            let (weight, reading) = model.weigh(comment, &mut self.vectoriser);
            let of = |head| model.probability(head, &weight);
            let verdict = Verdict {
                spam: of(Head::Spam),
                abuse: of(Head::Abuse),
                confidence: weight.confidence,
                reasons: Vec::new(),
            };
            return (verdict, reading);
        }
        let (weight, reading, terms) = model.weigh_terms(comment, &mut self.vectoriser);
        let [spam, abuse] = [Head::Spam, Head::Abuse].map(|head| Mixed {
            model,
            site: self.site.and_then(|site| site.head(head)),
            head,
            weight,
        });
        let of = |mixed: &Mixed<'_>| sigmoid(mixed.log_odds(&terms));
        let mut verdict =
            Verdict { spam: of(&spam), abuse: of(&abuse), confidence: weight.confidence, reasons: Vec::new() };
        for mixed in [&spam, &abuse] {
            if why && verdict.of(mixed.head) >= 0.5 {
                reasons(mixed, reading, &terms, &mut verdict.reasons);
            }
        }
        (verdict, reading)
    }

    /// Explains the score of one head, term by term.
    pub fn explain(&mut self, comment: &str, head: Head) -> Explanation {
        let (weight, reading, terms) = self.model.weigh_terms(comment, &mut self.vectoriser);
        let mixed = Mixed { model: self.model, site: self.site.and_then(|site| site.head(head)), head, weight };
        let mut listed: Vec<Term> = terms
            .iter()
            .map(|term| Term { what: term.feature.to_string(), weight: mixed.contribution(term) })
            .filter(|term| term.weight != 0.0)
            .collect();
        listed.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.what.cmp(&b.what)));
        let base = mixed.base();
        let log_odds = mixed.log_odds(&terms);
        Explanation {
            head,
            probability: sigmoid(log_odds),
            log_odds,
            base,
            terms: listed,
            read_as: read_as(reading),
            repairs: repairs(reading),
            disguises: reading.disguises.iter().map(|(disguise, _)| disguise.in_words()).collect(),
            confidence: weight.confidence,
        }
    }
}

/// One head's score of one comment: the model's, with the site's layer mixed in where there is one.
struct Mixed<'m> {
    model: &'m CommentModel,
    site: Option<&'m SiteHead>,
    head: Head,
    weight: Weight,
}

impl Mixed<'_> {
    /// The log-odds of a comment without evidence.
    fn base(&self) -> f64 {
        let base = self.model.base(self.head);
        self.site.map_or(base, |site| base * site.lean() + site.base())
    }

    /// What a term adds to the log-odds.
    fn contribution(&self, term: &ModelTerm<'_>) -> f64 {
        let adds = self.model.contribution(self.head, term, &self.weight);
        self.site.map_or(adds, |site| adds * site.lean() + site.own(term.bucket, self.weight.value(term.bucket)))
    }

    fn log_odds(&self, terms: &[ModelTerm<'_>]) -> f64 {
        let shipped = self.model.log_odds(self.head, &self.weight);
        let Some(site) = self.site else { return shipped };
        let own: f64 = terms.iter().map(|term| site.own(term.bucket, self.weight.value(term.bucket))).sum();
        shipped * site.lean() + own + site.base()
    }
}

/// Appends the strongest reasons for a head. The letters of a word speak through the word.
fn reasons(mixed: &Mixed<'_>, reading: &Reading, terms: &[ModelTerm<'_>], out: &mut Vec<Reason>) {
    let mut of_words = vec![0.0; reading.words.len()];
    let mut found: Vec<(f64, Option<Feature<'_>>, usize)> = Vec::new();
    for term in terms {
        let adds = mixed.contribution(term);
        match term.feature {
            Feature::Word(_) | Feature::Gram(_) => of_words[term.word as usize] += adds,
            feature if adds > 0.0 => found.push((adds, Some(feature), 0)),
            _ => {}
        }
    }
    found.extend(of_words.iter().enumerate().filter(|(_, adds)| **adds > 0.0).map(|(word, adds)| (*adds, None, word)));
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let first = out.len();
    for (adds, feature, word) in found {
        let what = match feature {
            Some(Feature::Concept(concept, _)) => match spoken(reading, concept) {
                Some(words) => format!("{}: “{words}”", concept.in_words()),
                None => concept.in_words().to_owned(),
            },
            Some(feature) => feature.to_string(),
            None => format!("the word “{}”", reading.plain(&reading.words[word])),
        };
        if !out[first..].iter().any(|reason| reason.what == what) {
            out.push(Reason { head: Some(mixed.head), what, weight: Some(round(adds)) });
        }
        if out.len() - first == REASONS {
            return;
        }
    }
}

/// The words of the comment that name a concept.
fn spoken(reading: &Reading, concept: super::concepts::Concept) -> Option<String> {
    let mut scanner = super::concepts::Scanner::default();
    let hits = scanner.scan(super::concepts::Lexicon::shipped(), reading);
    let hit = hits.iter().find(|hit| hit.concepts.has(concept))?;
    let words = &reading.words[hit.word as usize..(hit.word + hit.words) as usize];
    let raw = (words.first()?.raw.0, words.last()?.raw.1);
    Some(reading.raw(raw).chars().take(60).collect())
}

/// Three decimals are enough for a reason.
fn round(weight: f64) -> f64 {
    (weight * 1000.0).round() / 1000.0
}

/// The comment's words as read, links in brackets.
fn read_as(reading: &Reading) -> String {
    let mut text = String::new();
    let mut links = reading.links.iter().zip(&reading.link_at).peekable();
    for i in 0..=reading.words.len() {
        while let Some((link, _)) = links.next_if(|(_, at)| **at as usize <= i) {
            let _ = write!(text, "[{}] ", reading.raw(link.host));
        }
        if let Some(word) = reading.words.get(i) {
            text.push_str(reading.plain(word));
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// The words whose plain form is not simply their lower-case form.
fn repairs(reading: &Reading) -> Vec<Repair> {
    let mut repairs: Vec<Repair> = Vec::new();
    for word in &reading.words {
        let (shown, read) = (reading.raw(word.raw).trim(), reading.plain(word));
        let same = shown.to_lowercase() == read;
        match repairs.last_mut() {
            Some(last) if last.shown == shown => {
                last.read.push(' ');
                last.read.push_str(read);
            }
            _ if !same => repairs.push(Repair { shown: shown.to_owned(), read: read.to_owned() }),
            _ => {}
        }
    }
    repairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_add_up_to_the_score() {
        let mut scorer = Scorer::new();
        for comment in
            ["", "Subscribe to my channel http://a.example/x?y", "ты дурак", "ｆｒｅｅ m0n3y 💰💰", "你好 今日は"]
        {
            for head in Head::ALL {
                let why = scorer.explain(comment, *head);
                let sum = why.base + why.terms.iter().map(|term| term.weight).sum::<f64>();
                assert!((sum - why.log_odds).abs() < 1e-9, "{comment}: {sum} {}", why.log_odds);
                assert!((why.probability - scorer.score(comment).of(*head)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_was_scored_before_changes_nothing() {
        let mut warm = Scorer::new();
        let long = "Donaudampfschifffahrtsgesellschaft internationalisation ".repeat(3);
        for comment in
            ["Free money! free money", "you are free, money is not", &long, "ты дурак, you", "今日は free", ""]
                .repeat(2)
        {
            let (again, first) = (warm.score_only(comment), Scorer::new().score(comment));
            assert_eq!(
                (again.spam, again.abuse, again.confidence),
                (first.spam, first.abuse, first.confidence),
                "{comment}"
            );
        }
    }

    #[test]
    fn normalisation_is_shown_side_by_side() {
        let why = Scorer::new().explain("Ｆｒｅｅ mоney", Head::Spam);
        assert_eq!(why.read_as, "free money");
        assert!(why.repairs.iter().any(|repair| repair.shown == "Ｆｒｅｅ" && repair.read == "free"));
        assert!(why.repairs.iter().any(|repair| repair.read == "money"));
        assert!(why.disguises.contains(&"letters disguised as others"));
    }
}
