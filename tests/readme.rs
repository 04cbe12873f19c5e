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

#[cfg(unix)]
#[test]
fn what_the_readme_shows_is_what_comes_out() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let mut shown = 0;
    for example in readme.split("```sh\n").skip(1) {
        let Some((command, rest)) = example.split_once("\n```\n\n```markdown\n") else { continue };
        // The command that stands right before the output.
        if command.contains("```") {
            continue;
        }
        let arguments = command.strip_prefix("tamis ").expect("a command of tamis").split(' ');
        let output =
            Command::new(env!("CARGO_BIN_EXE_tamis")).args(arguments).current_dir(root()).output().expect("run");
        let output = String::from_utf8(output.stdout).expect("UTF-8");
        let lines =
            rest.split("\n```").next().unwrap_or_default().lines().filter(|line| !line.is_empty() && *line != "…");
        for line in lines {
            assert!(output.lines().any(|other| other == line), "{line:?} is not in the output of {command}:\n{output}");
            shown += 1;
        }
    }
    assert!(shown > 3, "the README shows a real output");
}

#[test]
fn the_readme_gives_the_command_that_runs_the_tests() {
    assert!(commands().iter().any(|command| command.starts_with("cargo test")));
    let ci = std::fs::read_to_string(root().join(".ci/run")).expect("the CI script");
    assert!(ci.contains("README.md"), "CI runs the README's own test command");
}
