//! Rows of tables and columns side by side: cells parted by pipes, tabs or wide gaps.

use super::lines::Line;
use crate::record::Span;

/// Blanks between two cells.
const GUTTER: u32 = 2;
/// Blanks between two boxes of a page that stand side by side by chance.
const ASIDE: u32 = 12;
/// A cell of more characters is running text.
const CELL: u32 = 80;
/// Longest line, in bytes, that is looked at.
const LONGEST: u32 = 8 << 10;

/// What a line's cells are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Row {
    /// It has none: running text.
    #[default]
    None,
    /// A row of a table, cells parted by pipes or vertical strokes.
    Pipes,
    /// A row of a table, cells parted by tabs or blanks.
    Gaps,
    /// The line between a table's head and its body, nothing but strokes.
    Stroke,
    /// Boxes that stand side by side, each a text of its own.
    Aside,
}

/// A cell that shows something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Its bytes with the pipes around it.
    pub(super) cover: Span,
    /// Its text.
    pub(super) text: Span,
    /// Columns of the line from its start to the cell's.
    pub(super) column: u32,
    /// The same to its end.
    end: u32,
}

/// For each line what its cells are.
pub(super) fn rows(source: &str, lines: &[Line]) -> Vec<Row> {
    let mut rows = vec![Row::None; lines.len()];
    // The line above and its cells by gaps, where it has two and more.
    let mut above: Option<(usize, Vec<Cell>)> = None;
    for (at, line) in lines.iter().enumerate() {
        if line.span.len() > LONGEST || rows[at] != Row::None {
            continue;
        }
        let text = line.span.of(source);
        if let Some(count) = stroke(text) {
            pipes(source, lines, &mut rows, at, count);
            continue;
        }
        if is_framed(text) {
            rows[at] = Row::Pipes;
            continue;
        }
        if line.plain {
            continue;
        }
        let cells = cells(source, line.span, Row::Gaps);
        if cells.len() < 2 {
            continue;
        }
        let tabbed = text.contains('\t');
        let aside = tabbed || cells.windows(2).any(|pair| pair[1].column - pair[0].end >= ASIDE);
        if cells.iter().any(|cell| cell.end - cell.column > CELL) {
            if aside {
                rows[at] = Row::Aside;
            }
            continue;
        }
        if let Some((other, others)) = &above
            && *other + 1 == at
            && line.blanks == 0
            && (aligned(lines, *other, others, at, &cells) || (tabbed && lines[*other].span.of(source).contains('\t')))
        {
            rows[*other] = Row::Gaps;
            rows[at] = Row::Gaps;
        } else if aside && !tabbed {
            rows[at] = Row::Aside;
        }
        above = Some((at, cells));
    }
    rows
}

/// Whether half of the inner cells of two lines start or end in the same columns.
fn aligned(lines: &[Line], above: usize, others: &[Cell], at: usize, cells: &[Cell]) -> bool {
    if others.len() != cells.len() || (cells.len() == 2 && (lines[above].gutters == 0 || lines[at].gutters == 0)) {
        return false;
    }
    let (first, second) = (u32::from(lines[above].indent), u32::from(lines[at].indent));
    let inner = others.iter().zip(cells).skip(1);
    let same = inner.filter(|(a, b)| first + a.column == second + b.column || first + a.end == second + b.end).count();
    2 * same >= cells.len() - 1
}

/// Marks the pipe table whose stroke stands at `at`: a head above of as many cells, and rows below.
fn pipes(source: &str, lines: &[Line], rows: &mut [Row], at: usize, count: usize) {
    rows[at] = Row::Stroke;
    let is_row = |line: &Line| {
        let text = line.span.of(source);
        line.span.len() <= LONGEST && stroke(text).is_none() && count_pipes(text) == count
    };
    if at == 0 || lines[at].blanks > 0 || !is_row(&lines[at - 1]) {
        return;
    }
    let below = lines[at + 1..].iter().take_while(|line| line.blanks == 0 && is_row(line)).count();
    if below > 0 && count > 1 {
        rows[at - 1] = Row::Pipes;
        rows[at + 1..=at + below].fill(Row::Pipes);
    }
}

/// The number of cells that a line between head and body announces: `---|---`, `| :-- | --: |`.
fn stroke(text: &str) -> Option<usize> {
    let is_stroke = text.bytes().all(|b| matches!(b, b'-' | b'|' | b':' | b' ' | b'+'));
    (is_stroke && text.contains("--") && text.contains('|')).then(|| count_pipes(text))
}

fn count_pipes(text: &str) -> usize {
    let inner = text.trim().trim_start_matches('|');
    inner.strip_suffix('|').unwrap_or(inner).split('|').count()
}

/// Whether the line stands between two vertical strokes of a drawn table.
fn is_framed(text: &str) -> bool {
    let is_frame = |c: Option<char>| matches!(c, Some('│' | '┃' | '║'));
    text.len() > 6 && is_frame(text.chars().next()) && is_frame(text.chars().next_back())
}

/// The cells of a line that show something.
pub(super) fn cells(source: &str, span: Span, row: Row) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    // Bytes and column where the cell being read starts, and where its last character ends.
    let mut start: Option<(u32, u32)> = None;
    let mut end = (span.start, 0);
    // Where the cell being read is covered from.
    let mut cover = span.start;
    let mut gap = 0;
    let gutter = if row == Row::Aside { ASIDE } else { GUTTER };
    let mut close = |start: &mut Option<(u32, u32)>, end: (u32, u32), cover: &mut u32, upto: u32| {
        if let Some((from, column)) = start.take() {
            let covered = Span::new(*cover, upto.max(end.0));
            cells.push(Cell { cover: covered, text: Span::new(from, end.0), column, end: end.1 });
            *cover = covered.end;
        } else if let Some(last) = cells.last_mut()
            && upto > last.cover.end
        {
            last.cover.end = upto;
            *cover = upto;
        }
    };
    for (column, (at, c)) in (0..).zip(span.of(source).char_indices()) {
        let at = span.start + at as u32;
        let after = at + c.len_utf8() as u32;
        let is_pipe = row == Row::Pipes && matches!(c, '|' | '│' | '┃' | '║');
        if is_pipe {
            close(&mut start, end, &mut cover, after);
            gap = 0;
        } else if c.is_whitespace() {
            gap += if c == '\t' { gutter } else { 1 };
        } else {
            if gap >= gutter && row != Row::Pipes {
                let upto = end.0;
                close(&mut start, end, &mut cover, upto);
                cover = at;
            }
            gap = 0;
            start.get_or_insert((at, column));
            end = (after, column + 1);
        }
    }
    let upto = end.0;
    close(&mut start, end, &mut cover, upto);
    cells
}
