//! What kind of page it is: evidence of the page as a whole, weighed by a forest with one class a kind.

use super::features::{Row, log};
use super::model::Measured;
use super::signals::Around;
use crate::evidence::{Evidence, Field};
use crate::forest::{Forest, softmax};
use crate::lexicon::Class;
use crate::page::{Page, Shape};
use crate::record::PageKind;

/// Types that JSON-LD and OpenGraph state, grouped by what they tell of the page.
const TYPES: [(&str, &[&str]); 8] = [
    (
        "article",
        &[
            "article",
            "newsarticle",
            "blogposting",
            "reportagenewsarticle",
            "report",
            "scholarlyarticle",
            "opinionnewsarticle",
            "liveblogposting",
        ],
    ),
    ("product", &["product", "offer", "og:product", "product.item", "productgroup", "aggregateoffer"]),
    ("posts", &["discussionforumposting", "socialmediaposting", "qapage", "question", "comment"]),
    ("listing", &["collectionpage", "itemlist", "searchresultspage", "blog", "imagegallery", "offercatalog"]),
    ("website", &["website", "webpage"]),
    (
        "service",
        &[
            "service",
            "localbusiness",
            "faqpage",
            "softwareapplication",
            "aboutpage",
            "contactpage",
            "event",
            "hotel",
            "restaurant",
        ],
    ),
    ("documentation", &["techarticle", "apireference", "howto", "course"]),
    ("recipe", &["recipe", "book", "movie", "videoobject", "video.other", "profile"]),
];

/// The columns of a page.
pub(super) fn columns(
    page: &Page<'_>,
    evidence: &Evidence,
    measured: &Measured,
    main: &[f32],
    comment: &[f32],
    row: &mut Row<'_>,
) {
    let survey = &measured.survey;
    let totals = survey.page_totals();
    let blocks = survey.blocks.len().max(1) as f32;
    row.put("blocks", log(totals.blocks));
    row.put("words", log(totals.words));
    row.put("words a block", log(totals.words / totals.blocks.max(1.0)));
    row.put("link density", totals.link_density());
    row.put("prose", log(totals.prose));
    row.put("prose share", totals.prose / blocks);
    row.put("dates", log(totals.dates));
    row.put("dates share", totals.dates / blocks);
    row.put("commas a word", totals.commas / totals.words.max(1.0));
    row.put("stops a word", totals.stops / totals.words.max(1.0));
    let longest = survey.blocks.iter().map(|signals| signals.words).fold(0.0, f32::max);
    row.put("longest block", log(longest));
    let masses = |chances: &[f32]| survey.blocks.iter().zip(chances).map(|(signals, p)| signals.words * p).sum::<f32>();
    let (main_mass, comment_mass) = (masses(main), masses(comment));
    row.put("main words", log(main_mass));
    row.put("main share", main_mass / totals.words.max(1.0));
    row.put("comment words", log(comment_mass));
    row.put("comment share", comment_mass / totals.words.max(1.0));
    row.put("comment against main", comment_mass / (main_mass + comment_mass).max(1.0));
    let main_blocks: Vec<usize> = (0..survey.blocks.len()).filter(|&i| main[i] > 0.5).collect();
    let of_main = |pick: &dyn Fn(usize) -> f32| {
        main_blocks.iter().map(|&i| pick(i)).sum::<f32>() / main_blocks.len().max(1) as f32
    };
    row.put("main blocks", log(main_blocks.len() as f32));
    row.put("words a main block", log(of_main(&|i| survey.blocks[i].words)));
    row.put("link density of main", of_main(&|i| survey.blocks[i].link_density));
    row.put("headings in main", of_main(&|i| f32::from(u8::from(page.blocks[i].shape == Shape::Heading))));
    row.put("items in main", of_main(&|i| f32::from(u8::from(page.blocks[i].shape == Shape::ListItem))));
    row.put("rows in main", of_main(&|i| f32::from(u8::from(page.blocks[i].shape == Shape::TableRow))));
    row.put("code in main", of_main(&|i| f32::from(u8::from(page.blocks[i].shape == Shape::Code))));
    row.put("dates in main", of_main(&|i| f32::from(u8::from(survey.blocks[i].date_cover > 0.0))));
    let shape = |shape: Shape| page.blocks.iter().filter(|block| block.shape == shape).count() as f32 / blocks;
    row.put("headings", shape(Shape::Heading));
    row.put("items", shape(Shape::ListItem));
    row.put("rows", shape(Shape::TableRow));
    row.put("code", shape(Shape::Code));
    row.put("controls", shape(Shape::Control));
    row.put("title found", f32::from(u8::from(survey.title.is_some())));
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    row.put(
        "price-like blocks",
        survey
            .blocks
            .iter()
            .zip(&page.blocks)
            .filter(|(signals, block)| {
                let text = page.text_of(block);
                signals.words < 6.0 && has_digit(text) && text.contains(['$', '€', '£', '¥', '₽', '₴', '₹', '₩'])
            })
            .count() as f32
            / blocks,
    );
    let mut hits = [0.0f32; Class::ALL.len()];
    for class in survey.blocks.iter().flat_map(|signals| signals.phrases.iter()) {
        hits[class as usize] += 1.0;
    }
    for (class, hits) in Class::ALL.iter().zip(hits) {
        row.put(format_args!("{} blocks", class.name()), log(hits));
        row.put(format_args!("{} blocks, share", class.name()), hits / blocks);
    }
    let title = evidence.titles.first().map(String::as_str).unwrap_or_default();
    let title_hits = crate::lexicon::Lexicon::embedded().hits(title).classes;
    for class in Class::ALL {
        row.put(format_args!("{} in title", class.name()), f32::from(u8::from(title_hits.contains(*class))));
    }
    row.put("title ends as a question", f32::from(u8::from(title.trim_end().ends_with(['?', '？', '؟']))));
    row.put("title has digits", f32::from(u8::from(has_digit(title))));
    row.put("title words", title.split_whitespace().count() as f32);
    let types: Vec<String> = evidence.declared.all(Field::Type).map(|fact| fact.value.to_ascii_lowercase()).collect();
    for (name, of) in TYPES {
        row.put(
            format_args!("declares {name}"),
            f32::from(u8::from(types.iter().any(|kind| of.contains(&kind.as_str())))),
        );
    }
    row.put("declares an author", f32::from(u8::from(evidence.declared.best(Field::Author).is_some())));
    row.put("declares a date", f32::from(u8::from(evidence.declared.best(Field::Published).is_some())));
    let around = |bit: u16| {
        survey
            .blocks
            .iter()
            .zip(&page.blocks)
            .filter(|(_, block)| survey.places.get(block.node.0 as usize).is_some_and(|place| place.around & bit != 0))
            .map(|(signals, _)| signals.words)
            .sum::<f32>()
            / totals.words.max(1.0)
    };
    row.put("words in article, share", around(Around::ARTICLE));
    row.put("words in main, share", around(Around::MAIN));
    row.put("words in form, share", around(Around::FORM));
    row.put("words in noscript, share", around(Around::NOSCRIPT));
    row.put("words in dialog, share", around(Around::DIALOG));
    let twins = survey
        .blocks
        .iter()
        .zip(&page.blocks)
        .filter(|(signals, block)| {
            signals.words >= 8.0 && survey.places.get(block.node.0 as usize).is_some_and(|place| place.most_twins >= 4)
        })
        .map(|(signals, _)| signals.words)
        .sum::<f32>();
    row.put("words in repeated elements, share", twins / totals.words.max(1.0));
    let articles = page.tree.nodes.iter().filter(|node| node.tag == crate::page::Tag::Article).count();
    row.put("article elements", log(articles as f32));
}

/// Words of likely text from which on a page is no wall, error or shell, and what is left of their chances then.
const TEXT_WORDS: f32 = 80.0;
const UNLIKELY: f32 = 0.05;

/// The chance of each [`PageKind`], given its blocks' chances of being main content and comments.
pub(super) fn of(
    forest: &Forest,
    page: &Page<'_>,
    evidence: &Evidence,
    measured: &Measured,
    [main, comment]: [&[f32]; 2],
) -> Vec<f32> {
    let mut row = Vec::new();
    columns(page, evidence, measured, main, comment, &mut Row { values: &mut row, names: None });
    decide(forest, &row, measured, main)
}

/// The chance of each [`PageKind`], given the page's columns and its blocks' chances of being main content.
fn decide(forest: &Forest, row: &[f32], measured: &Measured, main: &[f32]) -> Vec<f32> {
    let mut chances = vec![0.0; forest.classes().max(1)];
    forest.score(row, &mut chances);
    softmax(&mut chances);
    chances.resize(PageKind::ALL.len(), 0.0);
    let likely = measured.survey.blocks.iter().zip(main).filter(|(_, chance)| **chance > 0.5);
    if likely.map(|(signals, _)| signals.words).sum::<f32>() > TEXT_WORDS {
        for (_, chance) in PageKind::ALL.iter().zip(&mut chances).filter(|(kind, _)| kind.is_bare()) {
            *chance *= UNLIKELY;
        }
        let sum: f32 = chances.iter().sum();
        for chance in &mut chances {
            *chance /= sum.max(f32::MIN_POSITIVE);
        }
    }
    chances
}
