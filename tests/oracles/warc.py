#!/usr/bin/env python3
"""Holds tamis' reading and writing of WARC against warcio and fastwarc.

    python3 -m venv /tmp/oracles && /tmp/oracles/bin/pip install warcio fastwarc brotli zstandard
    /tmp/oracles/bin/python tests/oracles/warc.py target/release/tamis [--seed 1] [--rounds 20]

Each round makes a WARC of random records (responses with every transfer and content coding, resources, conversions,
requests, metadata, revisits), plain, gzip member by member, or zstd, and asks all three for its records: ids, addresses,
dates and the words of every payload must agree. Then tamis writes what it cleaned as WARC, and the other two read that.
"""
import argparse, gzip, io, json, pathlib, random, re, subprocess, sys, tempfile, zlib

import brotli, zstandard
from fastwarc.warc import ArchiveIterator as FastIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

WORDS = "river bridge council plan paper letter garden winter Žluťoučký kůň мост река 川 橋 ποτάμι ferry".split()


def body(chance, html):
    """Paragraphs of random words, and the bytes that a server would send."""
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(8, 40))).capitalize() + "." for _ in range(chance.randint(1, 9))]
    if html:
        return ("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode()
    return "\n\n".join(lines).encode()


def coded(chance, data, headers):
    """Applies a random content coding and transfer coding."""
    coding = chance.choice([None, "gzip", "deflate", "br", "zstd"])
    if coding:
        headers.append(("Content-Encoding", coding))
        data = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress,
                "zstd": zstandard.ZstdCompressor().compress}[coding](data)
    if chance.random() < 0.4:
        headers.append(("Transfer-Encoding", "chunked"))
        chunks, at = [], 0
        while at < len(data):
            size = chance.randint(1, 700)
            piece = data[at:at + size]
            chunks.append(b"%x\r\n%s\r\n" % (len(piece), piece))
            at += size
        data = b"".join(chunks) + b"0\r\n\r\n"
    else:
        headers.append(("Content-Length", str(len(data))))
    return data


def make(chance, path, packing):
    """Writes a WARC; the words that each page should have, by record id."""
    pages = {}
    raw = io.BytesIO()
    writer = WARCWriter(raw, gzip=packing == "gz")
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "oracle"}))
    for number in range(chance.randint(1, 40)):
        url = f"http://site{number}.example/page?n={number}"
        date = f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}T0{chance.randint(0, 9)}:00:00Z"
        kind = chance.choice(["response"] * 5 + ["resource", "conversion", "request", "metadata", "revisit"])
        html = kind != "conversion" and chance.random() < 0.6
        data = body(chance, html)
        words = re.sub(r"<[^>]+>", " ", data.decode()).split()
        media = ("text/html" if html else "text/plain") + "; charset=utf-8"
        more = {"warc_headers_dict": {"WARC-Date": date, "WARC-IP-Address": "192.0.2.7"}}
        if kind == "response":
            headers = [("Content-Type", media)]
            sent = coded(chance, data, headers)
            record = writer.create_warc_record(url, kind, payload=io.BytesIO(sent),
                                               http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"), **more)
        elif kind in ("resource", "conversion"):
            record = writer.create_warc_record(url, kind, payload=io.BytesIO(data), warc_content_type=media.split(";")[0], **more)
        elif kind == "request":
            headers = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            record = writer.create_warc_record(url, kind, http_headers=headers, **more)
        elif kind == "metadata":
            record = writer.create_warc_record(url, kind, payload=io.BytesIO(b"fetchTimeMs: 12"),
                                               warc_content_type="application/warc-fields", **more)
        else:
            record = writer.create_revisit_record(url, "sha1:ABC", url, date, warc_headers_dict={})
        writer.write_record(record)
        if kind in ("response", "resource", "conversion"):
            pages[record.rec_headers.get_header("WARC-Record-ID").strip("<>")] = (url, date, words)
    data = raw.getvalue()
    if packing == "zst":
        data = zstandard.ZstdCompressor().compress(data)
    path.write_bytes(data)
    return pages


def by_warcio(path, packing):
    data = path.read_bytes()
    stream = io.BytesIO(zstandard.ZstdDecompressor().stream_reader(data).read() if packing == "zst" else data)
    found = {}
    for record in ArchiveIterator(stream):
        if record.rec_type in ("response", "resource", "conversion"):
            get = record.rec_headers.get_header
            found[get("WARC-Record-ID").strip("<>")] = (get("WARC-Target-URI"), get("WARC-Date"))
            record.raw_stream.read()
    return found


def by_fastwarc(path, packing):
    data = path.read_bytes()
    stream = io.BytesIO(zstandard.ZstdDecompressor().stream_reader(data).read() if packing == "zst" else data)
    found = {}
    kinds = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    for record in FastIterator(stream, record_types=kinds, parse_http=False):
        get = record.headers.get
        found[get("WARC-Record-ID").strip("<>")] = (get("WARC-Target-URI"), get("WARC-Date"))
    return found


def words_of(record):
    """All words of a record."""
    texts = [part["text"] for name in ("head", "body", "removed") for part in record[name]]
    for comment in record["comments"]:
        texts += [comment["text"], *comment["quotes"], comment["notice"] or ""]
        texts += [meta["text"] for meta in comment["meta"]]
    return " ".join(texts).split()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tamis")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    records = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for number in range(arguments.rounds):
            packing = ["plain", "gz", "zst"][number % 3]
            path = folder / f"{number}.warc"
            pages = make(chance, path, packing)
            run = subprocess.run([arguments.tamis, "clean", "--verify", path], capture_output=True)
            assert run.returncode == 0, run.stderr.decode()
            ours = [json.loads(line) for line in run.stdout.splitlines()]
            facts = {record["id"]: (record["source"]["url"], record["source"]["captured_at"]) for record in ours}
            assert facts == by_warcio(path, packing) == by_fastwarc(path, packing), (number, facts)
            for record in ours:
                assert sorted(words_of(record)) == sorted(pages[record["id"]][2]), record["id"]
            records += len(ours)
            written = folder / f"{number}.out.warc.gz"
            subprocess.run([arguments.tamis, "clean", path, "-o", written], check=True, capture_output=True)
            data = written.read_bytes()
            theirs = [record for record in ArchiveIterator(io.BytesIO(data), check_digests="raise")
                      if record.rec_type == "conversion" and record.raw_stream.read() is not None]
            fast = [record for record in FastIterator(io.BytesIO(data), record_types=WarcRecordType.conversion)]
            urls = [record["source"]["url"] for record in ours]
            assert [record.rec_headers.get_header("WARC-Target-URI") for record in theirs] == urls
            assert [record.headers.get("WARC-Target-URI") for record in fast] == urls
    print(f"{arguments.rounds} files, {records} pages: tamis, warcio and fastwarc agree")


if __name__ == "__main__":
    sys.exit(main())
