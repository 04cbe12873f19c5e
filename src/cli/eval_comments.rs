//! `tamis eval comments`: figures of the shipped model, or of a protocol rerun from labelled comments.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tamis::bayes::Shuffle;
use tamis::eval::{BinaryFigures, Disguise, Scored, auc, reliability};
use tamis::moderate::{CommentSet, Decision, Example, Head, Scorer, SiteLayer, Training, carry_over, trial};
use tamis::{Error, Result};

use super::comment_sets;
use super::printer::Printer;
use super::score::ModelArgument;
use super::{Ended, Ending, usage};

/// Measures the comment model, or reruns a protocol
///
/// Without a protocol, the model is measured on the files as it is. With --cv, --leave-one-group-out, --chronological,
/// --train-on or --leave-one-set-out, a head is trained on part of the data alone and measured on the rest; with --verdicts
/// the model as it is learns from a moderator.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files of {"text", "label"[, "head", "group", "date", "lang"]} lines
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The head that `label` is of, where the lines do not say
    #[arg(long, value_enum)]
    head: Option<HeadName>,
    /// Cross-validate in so many folds
    #[arg(long, value_name = "FOLDS", group = "protocol")]
    cv: Option<usize>,
    /// Leave out each `group` in turn
    #[arg(long, group = "protocol")]
    leave_one_group_out: bool,
    /// Train on this first share of the comments by `date`, group by group, and measure on the rest
    #[arg(long, value_name = "SHARE", group = "protocol")]
    chronological: Option<f64>,
    /// Train on this file and measure on the others
    #[arg(long, value_name = "FILE", group = "protocol")]
    train_on: Option<PathBuf>,
    /// Leave out each file (or folder of fixtures) in turn, and train on all the others
    #[arg(long, group = "protocol")]
    leave_one_set_out: bool,
    /// Let a site's layer over the model learn so many verdicts of one `group`, and measure on the rest of it
    #[arg(long, value_name = "K,…", value_delimiter = ',', group = "protocol")]
    verdicts: Vec<usize>,
    /// Print the terms of the model that speak loudest for and against over all comments, so many each
    #[arg(long, value_name = "N", group = "protocol")]
    terms: Option<usize>,
    /// Say how many of the comments called positive still are in each of ten disguises
    #[arg(long, group = "protocol")]
    disguises: bool,
    #[command(flatten)]
    model: ModelArgument,
    /// Call a comment positive from this probability; `f1` or `macro-f1`: the best one on the training part
    #[arg(long, value_name = "P", default_value = "0.5")]
    threshold: String,
    /// Write the reliability diagram
    #[arg(long, value_name = "FILE.svg")]
    reliability: Option<PathBuf>,
    /// Order in which folds are drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HeadName {
    Spam,
    Abuse,
}

impl From<HeadName> for Head {
    fn from(name: HeadName) -> Self {
        match name {
            HeadName::Spam => Self::Spam,
            HeadName::Abuse => Self::Abuse,
        }
    }
}

/// One part that was measured.
struct Part {
    name: String,
    scored: Vec<Scored>,
    threshold: f64,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let named = arguments.head.map(Head::from);
    let mut sets = Vec::new();
    for path in &arguments.files {
        sets.push(if path.is_dir() { comment_sets::fixtures(path)? } else { comment_sets::file(path, named)? });
    }
    if arguments.leave_one_set_out {
        return leave_one_set_out(&sets, named, printer);
    }
    let (mut examples, mut files) = (Vec::new(), Vec::new());
    for set in sets {
        files.push((set.name.clone(), set.examples.clone()));
        examples.extend(set.examples);
    }
    let labelled = |head: Head| examples.iter().any(|example| example.labels[head as usize].is_some());
    let heads: Vec<Head> = Head::ALL.iter().copied().filter(|head| labelled(*head)).collect();
    let protocol = arguments.cv.is_some()
        || arguments.leave_one_group_out
        || arguments.chronological.is_some()
        || arguments.train_on.is_some();
    let mut output = printer.output();
    for head in heads {
        if named.is_some_and(|named| named != head) {
            continue;
        }
        let of_head = |examples: &[Example]| -> Vec<Example> {
            examples.iter().filter(|example| example.labels[head as usize].is_some()).cloned().collect()
        };
        if !arguments.verdicts.is_empty() {
            let curve = learning_curve(arguments, head, &of_head(&examples))?;
            output.put(curve.as_bytes())?;
            continue;
        }
        if let Some(most) = arguments.terms {
            output.put(telling_terms(arguments, head, &of_head(&examples), most)?.as_bytes())?;
            continue;
        }
        if arguments.disguises {
            output.put(disguised(arguments, head, &of_head(&examples))?.as_bytes())?;
            continue;
        }
        let parts = if protocol {
            splits(arguments, head, &of_head(&examples))?
                .into_iter()
                .map(|(name, training, test)| {
                    let trial = trial(&training, head, &Training::alone());
                    let threshold = match arguments.threshold.as_str() {
                        "f1" => trial.best_for_f1,
                        "macro-f1" => trial.best_for_macro_f1,
                        number => parse(number)?,
                    };
                    Ok(Part { name, scored: trial.score(&test, head), threshold })
                })
                .collect::<Result<Vec<_>>>()?
        } else {
            let labelled = files.iter().map(|(name, examples)| (name.clone(), of_head(examples)));
            shipped(arguments, head, labelled.filter(|(_, examples)| !examples.is_empty()))?
        };
        let mut all = Vec::new();
        let mut at = [0.0, 0.0];
        for part in &parts {
            output.put(
                line(head, &part.name, &BinaryFigures::of(&part.scored, part.threshold), part.threshold).as_bytes(),
            )?;
            at = [at[0] + part.threshold * part.scored.len() as f64, at[1] + part.scored.len() as f64];
            all.extend(part.scored.iter().copied());
        }
        let threshold = if at[1] > 0.0 { at[0] / at[1] } else { 0.5 };
        let figures = BinaryFigures::of(&all, threshold);
        if parts.len() > 1 {
            output.put(line(head, "all", &figures, threshold).as_bytes())?;
        }
        output.put(
            format!(
                "{head}: confusion at {threshold:.2}: {} true positives, {} false positives, {} false negatives, {} true negatives\n",
                figures.true_positives, figures.false_positives, figures.false_negatives, figures.true_negatives
            )
            .as_bytes(),
        )?;
        if let Some(path) = &arguments.reliability {
            let mut file =
                std::fs::File::create(path).map_err(|error| Error::from(error).in_file(path.display().to_string()))?;
            file.write_all(diagram(&all).as_bytes())?;
        }
    }
    output.flush()?;
    Ok(Ending::Done)
}

fn parse(number: &str) -> Result<f64> {
    number.parse().map_err(|_| usage(format!("--threshold {number}: expected a number, f1 or macro-f1")))
}

/// The model as it is, on each file.
fn shipped(
    arguments: &Arguments,
    head: Head,
    files: impl Iterator<Item = (String, Vec<Example>)>,
) -> Result<Vec<Part>> {
    let model = arguments.model.get()?;
    let mut scorer = Scorer::with_model(&model);
    let threshold = parse(&arguments.threshold)?;
    let mut score = |examples: Vec<Example>| -> Vec<Scored> {
        let scored =
            |example: Example| Some((scorer.score_only(&example.text).of(head), example.labels[head as usize]?));
        examples.into_iter().filter_map(scored).collect()
    };
    Ok(files.map(|(name, examples)| Part { name, scored: score(examples), threshold }).collect())
}

/// How well a head that learned from all other sets judges each set.
fn leave_one_set_out(sets: &[CommentSet], named: Option<Head>, printer: &Printer) -> Ended {
    let mut output = printer.output();
    for head in Head::ALL.iter().copied().filter(|head| named.is_none_or(|named| named == *head)) {
        let mut aucs = Vec::new();
        for (name, figures) in carry_over(sets, head, &Training::default()) {
            let Some(figures) = figures else { continue };
            aucs.extend(figures.auc);
            output.put(line(head, &name, &figures, 0.5).as_bytes())?;
        }
        if !aucs.is_empty() {
            let mean = aucs.iter().sum::<f64>() / aucs.len() as f64;
            output.put(format!("{head}: mean AUC of {} sets, each left out: {mean:.4}\n", aucs.len()).as_bytes())?;
        }
    }
    output.flush()?;
    Ok(Ending::Done)
}

/// AUC on the rest of a group after so many verdicts on it, the mean of some draws: of the model alone, of the verdicts
/// alone, and of the model with a site's layer.
fn learning_curve(arguments: &Arguments, head: Head, examples: &[Example]) -> Result<String> {
    /// Draws of verdicts.
    const DRAWS: u64 = 5;
    let model = arguments.model.get()?;
    let mut groups: Vec<Option<&str>> = examples.iter().map(|example| example.group.as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut text = String::new();
    for k in &arguments.verdicts {
        let (mut sums, mut draws) = ([0.0; 3], 0.0);
        for group in &groups {
            let own: Vec<&Example> = examples.iter().filter(|example| example.group.as_deref() == *group).collect();
            if own.len() < k + 20 {
                continue;
            }
            for draw in 0..DRAWS {
                let mut order: Vec<usize> = (0..own.len()).collect();
                Shuffle::new(arguments.seed + draw).shuffle(&mut order);
                let (taught, rest) = order.split_at(*k);
                let taught: Vec<Example> = taught.iter().map(|i| own[*i].clone()).collect();
                let rest: Vec<Example> = rest.iter().map(|i| own[*i].clone()).collect();
                let decisions: Vec<Decision> = taught.iter().map(decision).collect();
                let layer = SiteLayer::derive(&decisions, &model);
                let of = |scorer: &mut Scorer<'_>| -> Vec<Scored> {
                    let scored = |e: &Example| Some((scorer.score_only(&e.text).of(head), e.labels[head as usize]?));
                    rest.iter().filter_map(scored).collect()
                };
                let alone = trial(&taught, head, &Training::alone()).score(&rest, head);
                let figures = [of(&mut Scorer::with_model(&model)), alone, of(&mut Scorer::with_site(&model, &layer))];
                for (sum, scored) in sums.iter_mut().zip(figures) {
                    *sum += auc(&scored).unwrap_or(0.5);
                }
                draws += 1.0;
            }
        }
        if draws > 0.0 {
            let [shipped, alone, mixed] = sums.map(|sum| sum / draws);
            text.push_str(&format!(
                "{head:5} {k:5} verdicts  AUC {mixed:.4}  model alone {shipped:.4}  verdicts alone {alone:.4}  ({draws} draws)\n"
            ));
        }
    }
    Ok(text)
}

/// The terms whose weights, summed over all comments, are greatest on either side.
fn telling_terms(arguments: &Arguments, head: Head, examples: &[Example], most: usize) -> Result<String> {
    let model = arguments.model.get()?;
    let mut scorer = Scorer::with_model(&model);
    let mut sums = HashMap::<String, (f64, u32)>::new();
    for example in examples {
        for term in scorer.explain(&example.text, head).terms {
            let sum = sums.entry(term.what).or_default();
            *sum = (sum.0 + term.weight, sum.1 + 1);
        }
    }
    let mut sums: Vec<(String, (f64, u32))> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let mut text = format!("{head:5} log-odds over {} comments, in how many, term\n", examples.len());
    let against = sums.len() - most.min(sums.len() / 2);
    for (what, (sum, count)) in sums.iter().take(most.min(against)).chain(&sums[against..]) {
        text.push_str(&format!("{sum:+10.2} {count:7}  {what}\n"));
    }
    Ok(text)
}

/// Recall in each disguise as a share of the plain recall.
fn disguised(arguments: &Arguments, head: Head, examples: &[Example]) -> Result<String> {
    let threshold = parse(&arguments.threshold)?;
    let model = arguments.model.get()?;
    let mut scorer = Scorer::with_model(&model);
    let positive: Vec<&str> = examples
        .iter()
        .filter(|example| example.labels[head as usize] == Some(true))
        .map(|example| example.text.as_str())
        .collect();
    let mut caught = |wear: &dyn Fn(&str) -> String| {
        positive.iter().filter(|text| scorer.score_only(&wear(text)).of(head) >= threshold).count()
    };
    let plain = caught(&str::to_owned);
    let mut text = format!("{head:5} plain: {plain} of {} caught from {threshold:.2}\n", positive.len());
    for disguise in Disguise::ALL {
        let worn = caught(&|text| disguise.wear(text));
        let share = 100.0 * worn as f64 / plain.max(1) as f64;
        text.push_str(&format!("{head:5} {:22} {worn:6}  {share:5.1} % of plain\n", disguise.name()));
    }
    Ok(text)
}

fn decision(example: &Example) -> Decision {
    let [spam, abuse] = example.labels;
    Decision { text: example.text.clone(), spam, abuse }
}

/// A name, what is trained on, what is measured on.
type Split = (String, Vec<Example>, Vec<Example>);

fn splits(arguments: &Arguments, head: Head, examples: &[Example]) -> Result<Vec<Split>> {
    let part = |name: String, test: &dyn Fn(usize) -> bool| {
        let pick =
            |wanted: bool| (0..examples.len()).filter(|i| test(*i) == wanted).map(|i| examples[i].clone()).collect();
        (name, pick(false), pick(true))
    };
    if let Some(path) = &arguments.train_on {
        let set = comment_sets::file(path, Some(head))?;
        return Ok(vec![(format!("trained on {}", set.name), set.examples, examples.to_vec())]);
    }
    if let Some(folds) = arguments.cv {
        if folds < 2 {
            return Err(usage("--cv needs at least 2 folds"));
        }
        let mut fold: Vec<usize> = (0..examples.len()).map(|i| i % folds).collect();
        Shuffle::new(arguments.seed).shuffle(&mut fold);
        return Ok((0..folds).map(|f| part(format!("fold {}", f + 1), &|i| fold[i] == f)).collect());
    }
    if let Some(share) = arguments.chronological {
        let mut order: Vec<usize> = (0..examples.len()).collect();
        order.sort_by(|a, b| (&examples[*a].group, &examples[*a].date).cmp(&(&examples[*b].group, &examples[*b].date)));
        let mut later = vec![false; examples.len()];
        for group in order.chunk_by(|a, b| examples[*a].group == examples[*b].group) {
            for i in &group[(share * group.len() as f64) as usize..] {
                later[*i] = true;
            }
        }
        return Ok(vec![part("later part".to_owned(), &|i| later[i])]);
    }
    let mut groups: Vec<&str> = examples.iter().filter_map(|example| example.group.as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    if groups.len() < 2 {
        return Err(usage("--leave-one-group-out needs at least two groups"));
    }
    Ok(groups
        .into_iter()
        .map(|group| part(group.to_owned(), &|i| examples[i].group.as_deref() == Some(group)))
        .collect())
}

fn line(head: Head, name: &str, figures: &BinaryFigures, threshold: f64) -> String {
    let share = |value: Option<f64>| value.map_or("     –".to_owned(), |value| format!("{value:.4}"));
    format!(
        "{head:5} {name:32} n {:6} pos {:6}  F1 {:.4}  macro-F1 {:.4}  MCC {:.4}  AUC {}  caught at 1 % {}  at 0.1 % {}  ECE {:.4}  (from {threshold:.2})\n",
        figures.n,
        figures.positives,
        figures.f1,
        figures.macro_f1,
        figures.mcc,
        share(figures.auc),
        share(figures.caught_at_1),
        share(figures.caught_at_01),
        figures.ece
    )
}

/// The reliability diagram as SVG: the share that is positive over the probability given, a disc a bin.
fn diagram(scored: &[Scored]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 120\" font-size=\"5\" font-family=\"sans-serif\">\n\
         <rect x=\"10\" y=\"10\" width=\"100\" height=\"100\" fill=\"none\" stroke=\"#888\"/>\n\
         <line x1=\"10\" y1=\"110\" x2=\"110\" y2=\"10\" stroke=\"#bbb\"/>\n\
         <text x=\"60\" y=\"118\" text-anchor=\"middle\">probability given</text>\n\
         <text x=\"5\" y=\"60\" text-anchor=\"middle\" transform=\"rotate(-90 5 60)\">share positive</text>\n",
    );
    for bin in reliability(scored, 15) {
        let radius = 0.8 + 3.0 * (bin.n as f64 / scored.len() as f64).sqrt();
        let (x, y) = (10.0 + 100.0 * bin.mean_score, 110.0 - 100.0 * bin.share_positive);
        svg.push_str(&format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\" fill=\"#3565a8\"/>\n"));
    }
    svg.push_str("</svg>\n");
    svg
}
