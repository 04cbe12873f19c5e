//! Which files to read, in a stable order: paths as given, folders walked by name, lists of paths.

use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// One place to read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// How to open it.
        path: PathBuf,
        /// Its path below the folder given, or its bare name if it was given itself.
        name: PathBuf,
    },
}

impl Location {
    /// `-`, or the path as given.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }

    /// The path below the folder given, or the bare name of a file given itself; `-` for standard input.
    pub fn below(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::File { name, .. } => name,
        }
    }

    /// The path, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File { path, .. } => Some(path),
        }
    }
}

/// The files that a list of paths stands for. Folders are walked depth first, names in byte order; names that
/// begin with a dot and links to folders are left out, so that a walk ends.
pub struct Files {
    /// What is still to be visited, the next one last.
    stack: Vec<Visit>,
    /// A list of further paths, one a line.
    list: Option<Box<dyn BufRead + Send>>,
}

enum Visit {
    Given(PathBuf),
    /// Met in a folder; with its path below the folder given.
    Met(PathBuf, PathBuf),
}

impl Files {
    /// The files under `paths`; `-` is standard input.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut stack: Vec<Visit> = paths.into_iter().map(|path| Visit::Given(path.into())).collect();
        stack.reverse();
        Self { stack, list: None }
    }

    /// Adds the paths that `list` names, one a line, after those given.
    #[must_use]
    pub fn with_list(mut self, list: Box<dyn BufRead + Send>) -> Self {
        self.list = Some(list);
        self
    }

    /// Opens the list of paths at `path`, `-` being standard input.
    pub fn with_list_at(self, path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(self.with_list(Box::new(io::BufReader::new(io::stdin()))));
        }
        let file = fs::File::open(path).map_err(|error| Error::from(error).in_file(path.display().to_string()))?;
        Ok(self.with_list(Box::new(io::BufReader::new(file))))
    }

    fn next_in_list(&mut self) -> Option<Result<PathBuf>> {
        let list = self.list.as_mut()?;
        let mut line = Vec::new();
        loop {
            line.clear();
            match list.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    self.list = None;
                    return Some(Err(error.into()));
                }
            }
            let path = line.strip_suffix(b"\n").unwrap_or(&line);
            let path = path.strip_suffix(b"\r").unwrap_or(path);
            if !path.is_empty() {
                return Some(Ok(path_from(path)));
            }
        }
    }

    /// Puts the entries of a folder on the stack.
    fn enter(&mut self, folder: &Path, below: &Path) -> Result<()> {
        let named = |error: io::Error| Error::from(error).in_file(folder.display().to_string());
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(named)? {
            let entry = entry.map_err(named)?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                entries.push(entry.path());
            }
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        self.stack.extend(entries.into_iter().map(|path| {
            let name = below.join(path.file_name().unwrap_or_default());
            Visit::Met(path, name)
        }));
        Ok(())
    }
}

#[cfg(unix)]
fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

impl Iterator for Files {
    type Item = Result<Location>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let visit = match self.stack.pop() {
                Some(visit) => visit,
                None => match self.next_in_list()? {
                    Ok(path) => Visit::Given(path),
                    Err(error) => return Some(Err(error)),
                },
            };
            let (path, met) = match visit {
                Visit::Given(path) if path == Path::new("-") => return Some(Ok(Location::Stdin)),
                Visit::Given(path) => (path, None),
                Visit::Met(path, name) => (path, Some(name)),
            };
            let given = met.is_none();
            let kind = if given { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
            match kind {
                Err(error) => return Some(Err(Error::from(error).in_file(path.display().to_string()))),
                Ok(kind) if kind.is_dir() => {
                    if let Err(error) = self.enter(&path, &met.unwrap_or_default()) {
                        return Some(Err(error));
                    }
                }
                Ok(kind) if kind.is_symlink() && path.is_dir() => {}
                Ok(kind) if given || kind.is_file() || kind.is_symlink() => {
                    let name = met.unwrap_or_else(|| path.file_name().unwrap_or_default().into());
                    return Some(Ok(Location::File { path, name }));
                }
                Ok(_) => {
                    let found = "a device or pipe inside a folder".to_owned();
                    return Some(Err(Error::new(ErrorKind::NotAPage { found }).in_file(path.display().to_string())));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_byte_order() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b/2.html", "b/10.html", "a.html", "c/.hidden", "B.html", ".git/x"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("created");
            fs::write(path, name).expect("written");
        }
        let files = Files::new([folder.path()]).with_list(Box::new(io::Cursor::new("-\r\n\nmissing\n")));
        let found: Vec<_> = files.map(|file| file.map(|file| file.below().display().to_string())).collect();
        let names: Vec<_> = found.iter().flatten().collect();
        assert_eq!(names, ["B.html", "a.html", "b/10.html", "b/2.html", "-"]);
        assert_eq!(found.last().and_then(|last| last.as_ref().err()).and_then(Error::file), Some("missing"));
    }
}
