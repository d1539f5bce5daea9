"""What a person's few patterns leave out and bring in."""

from __future__ import annotations

import pytest

from app.library.rules import NO_RULES, Choice, Rules


@pytest.mark.parametrize(
    ("pattern", "out", "kept"),
    [
        ("Drafts", ["Drafts/a.txt", "x/drafts/b/c.txt", "Drafts"], ["Drafts.txt", "My Drafts/a.txt"]),
        ("*.dwg", ["a.dwg", "x/B.DWG"], ["a.dwg.txt", "dwg"]),
        ("2019/*.pdf", ["2019/a.pdf"], ["2019/x/a.pdf", "x/2019/a.pdf", "2019/a.txt"]),
        ("2019/**", ["2019/a.pdf", "2019/x/y.txt"], ["20190/a.pdf"]),
        ("**/private/*.txt", ["private/a.txt", "x/y/private/a.txt"], ["private/x/a.txt", "notprivate/a.txt"]),
        ("tmp/", ["tmp/a.txt", "x/tmp/a.txt"], ["tmp"]),
        ("/top", ["top", "top/a.txt"], ["x/top"]),
        ("v?.txt", ["v1.txt"], ["v12.txt", "v.txt"]),
        ("v[0-4].txt", ["v3.txt"], ["v7.txt"]),
        ("v[!0-4].txt", ["v7.txt"], ["v3.txt"]),
        ("a+b (1).txt", ["a+b (1).txt"], ["aab (1).txt"]),
        ("[z-a]", ["[z-a]"], ["z"]),
        ("[", ["["], ["x"]),
    ],
)
def test_a_pattern_leaves_out_what_it_says(pattern: str, out: list[str], kept: list[str]) -> None:
    choice = Choice(Rules(leave_out=(pattern,)))
    assert [path for path in out if choice.allows(path)] == []
    assert [path for path in kept if not choice.allows(path)] == []


def test_the_defaults_spare_caches_hidden_and_half_written_files() -> None:
    choice = Choice(NO_RULES)
    out = (".git/config.txt", "node_modules/a.md", "x/__pycache__/a.txt", ".notes.txt", "~$lease.docx", "a.part", "a~")
    assert [path for path in out if choice.allows(path)] == []
    for path in ("Cache/a.txt", "target/a.txt", "vendor/a.txt", "notes.txt"):
        assert choice.allows(path), f"{path} may be a person's own"


def test_what_is_left_out_by_default_can_be_brought_in() -> None:
    choice = Choice(Rules(also=(".notes", "node_modules/")))
    assert choice.allows(".notes/a.txt") and choice.allows("x/node_modules/b/c.md")
    assert not choice.allows(".other/a.txt")
    assert not choice.allows(".notes/.hidden.txt"), "only what was named"
    both = Choice(Rules(also=(".notes",), leave_out=(".notes",)))
    assert not both.allows(".notes/a.txt"), "leaving out wins"


def test_only_narrows_and_the_library_narrows_with_the_folder() -> None:
    choice = Choice(Rules(only=("*.pdf", "Letters")))
    assert choice.allows("a/b.pdf") and choice.allows("x/letters/c.txt")
    assert not choice.allows("a/b.txt")
    assert choice.goes_into("a"), "a folder may hold what is wanted"
    together = Choice(Rules(only=("*.pdf",)), Rules(only=("2020/",)))
    assert together.allows("2020/a.pdf")
    assert not together.allows("2020/a.txt") and not together.allows("2021/a.pdf")


def test_rules_are_kept_and_come_back_tidy() -> None:
    rules = Rules(leave_out=("Drafts", "*.dwg"), only=("2020\\*.pdf",), also=(".notes",))
    back = Rules.parse(rules.text())
    assert back.leave_out == rules.leave_out and back.only == ("2020/*.pdf",) and back.also == rules.also
    assert NO_RULES.text() == "{}" and Rules.parse("{}") == NO_RULES
    assert Rules.parse('{"leave_out": ["  a ", "a", "", "/"]}').leave_out == ("a",)
    for damaged in ("", "nonsense", "[]", "3", '{"leave_out": 3}', '{"only": null}'):
        assert Rules.parse(damaged) == NO_RULES


def test_hiding_a_kind_is_one_pattern() -> None:
    rules = NO_RULES.without_kind(".DWG")
    assert rules.leave_out == ("*.dwg",)
    assert rules.without_kind("dwg") is rules
