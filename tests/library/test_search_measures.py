"""The measures of `make bench-search`: a wrong ruler would make every search look right."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from search_quality import gain, judged_folder, recall, xquad


def test_gain_rewards_the_better_document_first() -> None:
    right = {"a": 2, "b": 1}
    assert gain(["a", "b", "c"], right) == pytest.approx(1.0)
    best = 2 + 1 / math.log2(3)
    assert gain(["b", "a"], right) == pytest.approx((1 + 2 / math.log2(3)) / best)
    assert gain(["x", "y", "a"], right) == pytest.approx((2 / math.log2(4)) / best)
    assert gain(["x"] * 10 + ["a"], right) == 0.0


def test_recall_is_the_share_of_what_is_right() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 1}, depth=2) == 0.5
    assert recall(["a", "x", "b"], {"a": 1, "b": 1}, depth=3) == 1.0


def test_a_judged_folder_is_read_as_it_is_published(tmp_path: Path) -> None:
    rows = [{"_id": "d1", "title": "Boilers", "text": "In the cellar."}, {"_id": "d2", "title": "", "text": "A gate."}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = [{"_id": "q1", "text": "heating"}, {"_id": "q2", "text": "not judged"}]
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in asked))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq1\tgone\t1\n")
    given = judged_folder(tmp_path)
    assert given.texts == {"0000000.txt": "Boilers\n\nIn the cellar.", "0000001.txt": "A gate."}
    assert given.questions == [("heating", {"0000000.txt": 2})]


def test_the_samples_have_one_right_paragraph_each(shared_samples: Path) -> None:
    given = xquad(shared_samples / "questions" / "xquad_en_dev.json")
    assert (len(given.texts), len(given.questions)) == (60, 322)
    assert {len(right) for _, right in given.questions} == {1}
