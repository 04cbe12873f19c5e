//! The one owner of the terminal: standard output, messages and the progress bar.

use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tamis::sink::Screen;
use tamis::source::Progress;
use tamis::{Error, ErrorKind, Result};

/// Writes to standard output and standard error. The progress bar gives way to both.
pub(super) struct Printer {
    bar: RefCell<Option<ProgressBar>>,
    /// What standard output shows, if it is a terminal.
    screen: Option<Screen>,
    /// Whether standard error is a terminal.
    watched: bool,
}

impl Printer {
    pub(super) fn new() -> Self {
        let screen = io::stdout().is_terminal().then(|| {
            let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
            Screen { width, colour: colour_wanted() }
        });
        Self { bar: RefCell::new(None), screen, watched: io::stderr().is_terminal() }
    }

    /// Standard output: buffered, but at a terminal every piece is shown at once. Errors of writing name it.
    pub(super) fn output(&self) -> Output {
        Output { writer: BufWriter::with_capacity(64 << 10, io::stdout()), prompt: self.screen.is_some() }
    }

    /// What standard output shows, if it is a terminal.
    pub(super) fn screen(&self) -> Option<Screen> {
        self.screen
    }

    /// `text` in a style (SGR parameters, ECMA-48), where standard output shows it; plain otherwise.
    pub(super) fn paint(&self, style: &str, text: &str) -> String {
        match self.screen {
            Some(Screen { colour: true, .. }) if !text.is_empty() => format!("\x1b[{style}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    /// Whether someone watches the messages.
    pub(super) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Prints an error.
    pub(super) fn error(&self, error: &Error) {
        self.message(&format!("tamis: {error}"));
    }

    /// Prints a line to standard error. That it cannot be written is no reason to stop.
    pub(super) fn message(&self, line: &str) {
        let print = || {
            let _ = writeln!(io::stderr(), "{line}");
        };
        match &*self.bar.borrow() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Shows a bar while pages are read, if someone watches and the pages themselves go elsewhere. `total` is the
    /// size of the input in bytes, where it is known.
    pub(super) fn start_progress(&self, total: Option<u64>) {
        if !self.watched || self.screen.is_some() {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
        let shape = match total {
            Some(_) => "{wide_bar} {percent}%  {bytes}/{total_bytes}  {bytes_per_sec}  {msg}  {eta} left",
            None => "{spinner} {bytes}  {bytes_per_sec}  {msg}  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        *self.bar.borrow_mut() = Some(bar);
    }

    /// Moves the bar.
    pub(super) fn progress(&self, read: &Progress, pages: u64, failures: u64) {
        if let Some(bar) = &*self.bar.borrow() {
            bar.set_position(read.bytes());
            let seconds = bar.elapsed().as_secs_f64().max(0.001);
            let failed = if failures > 0 { format!(", {failures} failed") } else { String::new() };
            bar.set_message(format!("{pages} pages{failed}, {:.0}/s", pages as f64 / seconds));
        }
    }

    /// Takes the bar away.
    pub(super) fn stop_progress(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

/// <https://no-color.org>: set to anything but nothing, it switches colours off.
fn colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Standard output.
pub(super) struct Output {
    writer: BufWriter<io::Stdout>,
    /// Whether every piece is flushed.
    prompt: bool,
}

impl Output {
    /// Writes all of `bytes`.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.writer.write_all(bytes).map_err(explain)?;
        if self.prompt { self.flush() } else { Ok(()) }
    }

    /// Sees to it that what was written is out.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.writer.flush().map_err(explain)
    }
}

fn explain(error: io::Error) -> Error {
    Error::from(ErrorKind::Io(error)).in_file("standard output")
}
