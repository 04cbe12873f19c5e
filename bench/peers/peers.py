#!/usr/bin/env python3
"""Runs tamis and other extractors over the same pages, one after another on one core, and prints them side by side.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r bench/peers/requirements.txt
    /tmp/peers/bin/python bench/peers/peers.py --pages DIR [--sample N] [--only tamis,resiliparse] [--repeat 5]

DIR holds sets of pages: NAME.jsonl, .jsonl.gz or .jsonl.zst with lines {"id", "html"[, "url"]}; beside them, if there
is any, NAME.gold.jsonl[.gz] with {"id", "text"} or {"id", "with": [...], "without": [...]} (snippets that must and must
not be in the text). NAME.text.* and other files are passed over.

Every extractor has a process of its own, which has all pages in memory before the clock starts. What is timed is the
call from a page's HTML to its text; for tamis it includes labels, thread and all that was removed, written as JSON.
Figures are those of the run with the median CPU time. pages/s and MB/s are per second of CPU, which other load on the
machine disturbs less than the time on the wall; `peak` is the largest resident size, pages included, `pages` what the
pages alone take in that process.

The Rust ones are built by cargo in a scratch crate (--scratch, bench/peers/rust copied there), apart from tamis' own
dependencies; the Python ones are whatever is installed beside the interpreter. Missing ones are named and left out.
F1 is the mean over pages of the F1 of bags of 4-token shingles (a token is a run of word characters, or one character
of a script without blanks); for snippets, F1 over all of them. On pages of kind `thread` and `qa` the posts count as
text; where the gold opens with the title, so may the answer.
"""
import argparse, collections, gzip, hashlib, importlib.metadata, json, os, pathlib, re, shutil, statistics
import subprocess, sys, tempfile, time, unicodedata

HERE = pathlib.Path(__file__).resolve().parent
RUST = ("tamis", "dom_smoothie", "rs-trafilatura")
PYTHON = ("resiliparse", "trafilatura", "readability-lxml")


def lines(path):
    """The JSON objects of a file, whatever packs it."""
    name = str(path)
    if name.endswith(".gz"):
        data = gzip.open(path, "rb").read()
    elif name.endswith(".zst"):
        data = subprocess.run(["zstd", "-dcq", name], check=True, capture_output=True).stdout
    else:
        data = path.read_bytes()
    return [json.loads(line) for line in data.splitlines() if line.strip()]


def sets(folder, sample):
    """Name → (pages, gold by id)."""
    found = {}
    for path in sorted(pathlib.Path(folder).iterdir()):
        match = re.fullmatch(r"([^.]+)\.jsonl(\.gz|\.zst)?", path.name)
        if not match:
            continue
        pages = [{"id": page["id"], "html": page["html"], "url": page.get("url")}
                 for page in lines(path) if isinstance(page.get("html"), str)]
        if sample and len(pages) > sample:
            pages = [pages[i * len(pages) // sample] for i in range(sample)]
        gold = {}
        for ending in (".gold.jsonl", ".gold.jsonl.gz", ".gold.jsonl.zst"):
            beside = path.with_name(match[1] + ending)
            if beside.exists():
                gold = {record["id"]: record for record in lines(beside)}
        if pages:
            found[match[1]] = (pages, gold)
    return found


# The extractors that run inside this interpreter: HTML → text.

def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    return lambda page: extract_plain_text(page["html"], main_content=True)


def trafilatura():
    import trafilatura
    return lambda page: trafilatura.extract(page["html"], url=page["url"], include_comments=False) or ""


def readability():
    import lxml.html
    from readability import Document

    def extract(page):
        return lxml.html.fromstring(Document(page["html"]).summary()).text_content()
    return extract


def resident(reset=False):
    """The largest resident size in KiB since the last reset (Linux: getrusage would tell of the parent's, too)."""
    if reset:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])


def worker(name, source, target, repeat):
    """Reads pages, extracts them some times over, writes texts and figures."""
    extract = {"resiliparse": resiliparse, "trafilatura": trafilatura, "readability-lxml": readability}[name]()
    pages = [json.loads(line) for line in open(source, encoding="utf-8")]
    base = resident(reset=True)
    runs, texts = [], []
    while len(runs) < repeat and (not runs or sum(run[0] for run in runs) < 60):
        texts = []
        wall, cpu = time.perf_counter(), time.process_time()
        for page in pages:
            try:
                texts.append(extract(page))
            except Exception:
                texts.append("")
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    peak = resident()
    with open(target, "w", encoding="utf-8") as out:
        print(json.dumps({"runs": runs, "base_kib": base, "peak_kib": peak}), file=out)
        for page, text in zip(pages, texts):
            print(json.dumps({"id": page["id"], "text": text}), file=out)


# Figures.

TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]"
                   "|[^\\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+")


def tokens(text):
    return TOKEN.findall(unicodedata.normalize("NFKC", text or "").casefold())


def shingles(text):
    words = tokens(text)
    return collections.Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3))) if words else {}


def f1(hit, gold, got):
    return 2 * hit / (gold + got) if gold + got else 1.0


def squash(text):
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text or "")).strip()


def quality(gold, answers):
    """F1 of shingles or of snippets, whichever the gold is of; None without gold."""
    pages, hit, missed, extra = [], 0, 0, 0
    for answer in answers:
        wanted = gold.get(answer["id"])
        if wanted is None:
            continue
        text = answer.get("text") or ""
        if answer.get("kind") in ("thread", "qa"):
            text = "\n\n".join([text] + [comment.get("text") or "" for comment in answer.get("comments") or []])
        if wanted.get("text") is not None:
            first = tokens(wanted["text"].strip().split("\n")[0])
            if first and first == tokens(answer.get("title")) and tokens(text)[:len(first)] != first:
                text = answer["title"] + "\n" + text
            a, b = shingles(wanted["text"]), shingles(text)
            pages.append(f1(sum((a & b).values()) if a and b else 0, sum(a.values()), sum(b.values())))
        elif wanted.get("with") is not None:
            flat = squash(text)
            found = sum(squash(snippet) in flat for snippet in wanted["with"])
            hit, missed = hit + found, missed + len(wanted["with"]) - found
            extra += sum(squash(snippet) in flat for snippet in wanted.get("without") or [])
    if pages:
        return statistics.mean(pages)
    return f1(hit, hit + missed, hit + extra) if hit + missed else None


def build(scratch):
    """Builds the Rust extractors; the path of the program and the versions in use."""
    scratch.mkdir(parents=True, exist_ok=True)
    manifest = (HERE / "rust/Cargo.toml.in").read_text().replace("@TAMIS@", str(HERE.parent.parent))
    (scratch / "Cargo.toml").write_text(manifest)
    (scratch / "src").mkdir(exist_ok=True)
    shutil.copy(HERE / "rust/main.rs", scratch / "src/main.rs")
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=scratch, check=True)
    lock = (scratch / "Cargo.lock").read_text()
    versions = {name: re.search(rf'name = "{name}"\nversion = "([^"]+)"', lock)[1] for name in RUST}
    return scratch / "target/release/peers", versions


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", metavar="DIR", help="folder of page sets")
    parser.add_argument("--sets", metavar="NAMES", help="only these sets, parted by commas")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N pages a set, evenly spaced")
    parser.add_argument("--only", metavar="NAMES", help="only these extractors, parted by commas")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of which the median counts; "
                        "no further one begins after a minute of CPU")
    parser.add_argument("--scratch", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "tamis-peers",
                        metavar="DIR", help="where the Rust ones are built")
    parser.add_argument("--worker", nargs=3, metavar=("NAME", "PAGES", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return worker(*arguments.worker, arguments.repeat)
    if not arguments.pages:
        parser.error("--pages DIR says which pages to measure on")
    chosen = arguments.only.split(",") if arguments.only else [*RUST, *PYTHON]
    found = sets(arguments.pages, arguments.sample)
    if arguments.sets:
        found = {name: found[name] for name in arguments.sets.split(",")}
    program, versions = build(arguments.scratch) if set(chosen) & set(RUST) else (None, {})
    for name in PYTHON:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            if name in chosen:
                print(f"{name} is not installed and left out", file=sys.stderr)
                chosen.remove(name)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "pages.jsonl"), os.path.join(folder, "out.jsonl")
        size, digest = 0, hashlib.sha256()
        with open(source, "w", encoding="utf-8") as out:
            for name, (pages, _) in found.items():
                for page in pages:
                    size += len(page["html"].encode())
                    digest.update(page["html"].encode())
                    print(json.dumps({**page, "id": f"{name}\t{page['id']}"}, ensure_ascii=False), file=out)
        count = sum(len(pages) for pages, _ in found.values())
        print(f"{count} pages, {size / 1e6:.1f} MB of HTML, SHA-256 of it {digest.hexdigest()[:16]}")
        for name, (pages, gold) in found.items():
            print(f"  {name}: {len(pages)} pages, gold for {sum(page['id'] in gold for page in pages)}")
        if program:
            print(f"  Rust program: SHA-256 {hashlib.sha256(program.read_bytes()).hexdigest()[:16]}")
        heads = [name for name, (_, gold) in found.items() if gold]
        print("\n| extractor | pages/s | MB/s | CPU s | wall s | peak MB | pages MB | "
              + " | ".join(f"F1 {head}" for head in heads) + " |")
        print("|" + " --- |" * (7 + len(heads)))
        for name in chosen:
            command = [program] if name in RUST else [sys.executable, __file__, "--repeat", str(arguments.repeat), "--worker"]
            more = [str(arguments.repeat)] if name in RUST else []
            subprocess.run([*command, name, source, target, *more], check=True, stderr=subprocess.DEVNULL)
            with open(target, encoding="utf-8") as out:
                figures = json.loads(next(out))
                answers = collections.defaultdict(list)
                for line in out:
                    answer = json.loads(line)
                    group, answer["id"] = answer["id"].split("\t", 1)
                    answers[group].append(answer)
            cpu, wall = sorted(figures["runs"])[len(figures["runs"]) // 2]
            scores = [quality(found[head][1], answers[head]) for head in heads]
            cells = [f"{name} {versions[name]}", f"{count / cpu:.1f}", f"{size / cpu / 1e6:.1f}", f"{cpu:.2f}", f"{wall:.2f}",
                     f"{figures['peak_kib'] / 1024:.0f}", f"{figures['base_kib'] / 1024:.0f}"]
            cells += ["" if score is None else f"{score:.3f}" for score in scores]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
