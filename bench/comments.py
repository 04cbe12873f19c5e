#!/usr/bin/env python3
"""Other classifiers on the same labelled comments as `tamis eval comments`, by the same protocols.

    pip install scikit-learn fasttext        # fasttext is left out where it is not installed
    bench/comments.py --train-on TRAIN.jsonl.gz DEV.jsonl.gz
    bench/comments.py --leave-one-group-out A.jsonl.gz B.jsonl.gz
    bench/comments.py --cv 5 FILE.jsonl.gz

Each line is {"text", "label", "group"?}. With --tamis PATH the program's own figures stand beside the others.
LinearSVC and logistic regression see tf-idf of words (1-2) and of characters inside words (3-5).
"""

import argparse
import gzip
import json
import subprocess
import tempfile
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, matthews_corrcoef, roc_auc_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

try:
    import fasttext
except ImportError:
    fasttext = None


def read(paths):
    rows = []
    for path in paths:
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines if line.strip()]
    return np.array([row["text"] for row in rows], dtype=object), np.array([row["label"] for row in rows]), [
        row.get("group") for row in rows
    ]


def tfidf():
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return make_union(words, letters)


def svc(texts, labels, test):
    model = make_pipeline(tfidf(), LinearSVC()).fit(texts, labels)
    return model.decision_function(test), 0.0


def logistic(texts, labels, test):
    model = make_pipeline(tfidf(), LogisticRegression(C=10, solver="liblinear")).fit(texts, labels)
    return model.decision_function(test), 0.0


def fast(texts, labels, test):
    flat = lambda text: " ".join(text.lower().split())
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in zip(texts, labels):
            file.write(f"__label__{label} {flat(text)}\n")
        file.flush()
        model = fasttext.train_supervised(
            file.name, epoch=25, lr=0.5, wordNgrams=2, minn=3, maxn=5, dim=50, bucket=200_000, thread=1, seed=1, verbose=0
        )
    scores = []
    for text in test:
        # Past the wrapper, which does not know today's numpy.
        shares = {name: share for share, name in model.f.predict(flat(text) + "\n", 2, 0.0, "strict")}
        scores.append(shares.get("__label__1", 0.0))
    return np.array(scores), 0.5


def figures(labels, scores, threshold):
    called = scores > threshold
    ham = np.sort(scores[labels == 0])[::-1]
    edge = ham[int(0.01 * len(ham))] if len(ham) else 0.0
    return {
        "F1": f1_score(labels, called),
        "macro-F1": f1_score(labels, called, average="macro"),
        "MCC": matthews_corrcoef(labels, called),
        "AUC": roc_auc_score(labels, scores),
        "caught at 1 %": float((scores[labels == 1] > edge).mean()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--train-on")
    parser.add_argument("--leave-one-group-out", action="store_true")
    parser.add_argument("--cv", type=int)
    parser.add_argument("--tamis", help="the program, to be run by the same protocol")
    arguments = parser.parse_args()
    texts, labels, groups = read(arguments.files)
    if arguments.train_on:
        own = read([arguments.train_on])
        splits = [("", own[0], own[1], texts, labels)]
    elif arguments.leave_one_group_out:
        masks = [(name, np.array([group == name for group in groups])) for name in sorted(set(groups) - {None})]
        splits = [(name, texts[~mask], labels[~mask], texts[mask], labels[mask]) for name, mask in masks]
    elif arguments.cv:
        fold = np.random.RandomState(1).permutation(len(texts)) % arguments.cv
        splits = [("", texts[fold != f], labels[fold != f], texts[fold == f], labels[fold == f]) for f in range(arguments.cv)]
    else:
        parser.error("give a protocol")
    systems = [("LinearSVC", svc), ("LR tf-idf", logistic)] + ([("fastText", fast)] if fasttext else [])
    for name, system in systems:
        start, parts = time.time(), []
        for _, train, truth, test, expected in splits:
            scores, threshold = system(train, truth, test)
            parts.append(figures(expected, scores, threshold))
        means = "  ".join(f"{key} {np.mean([part[key] for part in parts]):.4f}" for key in parts[0])
        print(f"{name:10} {means}  ({time.time() - start:.0f} s, mean of {len(parts)} parts)", flush=True)
    if arguments.tamis:
        protocol = (
            ["--train-on", arguments.train_on]
            if arguments.train_on
            else ["--leave-one-group-out"] if arguments.leave_one_group_out else ["--cv", str(arguments.cv)]
        )
        subprocess.run([arguments.tamis, "eval", "comments", *protocol, *arguments.files], check=True)


if __name__ == "__main__":
    main()
