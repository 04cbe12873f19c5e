#!/usr/bin/env python3
"""Kills a run that writes an archive at random moments, resumes it, and holds every byte against the unbroken run.

    python3 tests/oracles/kill.py target/release/tamis PAGES… [--rounds 20] [--seed 1] [-- OPTIONS OF TAMIS CLEAN]

The moments are spread over the whole run, one at random in each of so many even parts of its shards. Every run is killed
once; each shard that it leaves must be whole (`zstd -t`), and the resumed archive must be the unbroken one.
"""
import argparse, hashlib, pathlib, random, subprocess, sys, tempfile, time


def contents(folder):
    """Name and digest of every file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def main():
    own, _, rest = " ".join(sys.argv[1:]).partition(" -- ")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tamis")
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(own.split())
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def begin(out, *more):
            line = [arguments.tamis, "clean", *arguments.pages, "-o", f"{out}/", *(rest.split()), *more]
            return subprocess.Popen(line, stderr=subprocess.DEVNULL)

        whole = folder / "whole"
        began = time.monotonic()
        code = begin(whole).wait()
        took = time.monotonic() - began
        expected = contents(whole)
        print(f"unbroken: {took:.1f} s, exit {code}, {len(expected) - 1} shards", flush=True)
        killed = 0
        for number in range(arguments.rounds):
            out = folder / f"out{number}"
            shard, share = divmod((len(expected) - 1) * (number + chance.random()) / arguments.rounds, 1)
            run = begin(out)
            began = time.monotonic()
            while run.poll() is None and len(list(out.glob("part-*"))) < shard:
                time.sleep(0.005)
            time.sleep(share * max(time.monotonic() - began, 0.1) / max(shard, 1))
            moment = time.monotonic() - began
            killed += run.poll() is None
            run.kill()
            run.wait()
            left = sorted(out.iterdir()) if out.exists() else []
            shards = [path for path in left if path.name.startswith("part-")]
            for path in shards:
                if path.suffix == ".zst":
                    subprocess.run(["zstd", "-tq", path], check=True)
            again = begin(out, "--resume").wait()
            same = contents(out) == expected
            print(f"killed after {moment:5.1f} s with {len(shards):3} shards whole, {len(left) - len(shards)} other files; "
                  f"resumed: exit {again}, {'same' if same else 'OTHER'} bytes", flush=True)
            assert same and again == code
            for path in out.iterdir():
                path.unlink()
    print(f"{arguments.rounds} runs, {killed} killed before their end, all resumed to the bytes of the unbroken run")


if __name__ == "__main__":
    sys.exit(main())
