//! The README's commands work as they stand there.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of the README's shell blocks.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside && !line.is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

#[cfg(unix)]
#[test]
fn every_command_of_the_readme_succeeds() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_tamis"));
    let folder = program.parent().expect("a folder").display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").expect("a path"));
    let mut run = 0;
    for command in commands() {
        // The build under test stands for the one that the reader would make.
        let command = command.replace("cargo run --release --", "tamis");
        if command.starts_with("cargo ") {
            continue;
        }
        let output = Command::new("bash")
            .args(["-o", "pipefail", "-c", &command])
            .env("PATH", &path)
            .current_dir(root())
            .output()
            .expect("bash");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {stderr}");
        assert!(
            !output.stdout.is_empty() || command.contains("-o ") || command.contains('>'),
            "{command} prints nothing"
        );
        run += 1;
    }
    assert!(run >= 2, "the README shows its two commands");
}

#[test]
fn the_readme_gives_the_command_that_runs_the_tests() {
    assert!(commands().iter().any(|command| command.starts_with("cargo test")));
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect("the CI script");
    assert!(ci.contains("README.md"), "CI runs the README's own test command");
}
