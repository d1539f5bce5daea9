"""Words that name a time: what they mean as of one fixed day, and which words name none."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.library import time_words
from app.library.query import read_query, time_said
from app.library.time_words import find_time, when_is

NOW = datetime(2026, 11, 21, 12, 0)  # a Saturday


def days(span: time_words.Span | None) -> tuple[date | None, date | None] | None:
    return span and (span.start and span.start.date(), span.end and span.end.date())


@pytest.mark.parametrize(
    ("text", "said", "first", "end"),
    [
        ("mails from last March", "from last March", date(2026, 3, 1), date(2026, 4, 1)),
        ("what did we decide yesterday", "yesterday", date(2026, 11, 20), date(2026, 11, 21)),
        ("files between 3 and 9 May 2024", "between 3 and 9 May 2024", date(2024, 5, 3), date(2024, 5, 10)),
        ("between 12 April and 2 May 2025", "between 12 April and 2 May 2025", date(2025, 4, 12), date(2025, 5, 3)),
        ("from January to March 2023", "from January to March 2023", date(2023, 1, 1), date(2023, 4, 1)),
        ("letters since 2025", "since 2025", date(2025, 1, 1), None),
        ("before 2024-03", "before 2024-03", None, date(2024, 3, 1)),
        ("after 3 May 2024", "after 3 May 2024", date(2024, 5, 4), None),
        ("notes in May", "in May", date(2026, 5, 1), date(2026, 6, 1)),
        ("on the 3rd of May", "on the 3rd of May", date(2026, 5, 3), date(2026, 5, 4)),
        ("March 5, 2021 meeting", "March 5, 2021", date(2021, 3, 5), date(2021, 3, 6)),
        ("of 14.03.2024", "of 14.03.2024", date(2024, 3, 14), date(2024, 3, 15)),
        ("two weeks ago", "two weeks ago", date(2026, 11, 7), date(2026, 11, 14)),
        ("in the last three months", "in the last three months", date(2026, 8, 21), None),
        ("last week", "last week", date(2026, 11, 9), date(2026, 11, 16)),
        ("this week", "this week", date(2026, 11, 16), date(2026, 11, 23)),
        ("last Friday", "last Friday", date(2026, 11, 20), date(2026, 11, 21)),
        ("last Saturday", "last Saturday", date(2026, 11, 14), date(2026, 11, 15)),
        ("last month", "last month", date(2026, 10, 1), date(2026, 11, 1)),
        ("last November", "last November", date(2025, 11, 1), date(2025, 12, 1)),
        ("last winter", "last winter", date(2025, 12, 1), date(2026, 3, 1)),
        ("last year", "last year", date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_words_of_time(text: str, said: str, first: date | None, end: date | None) -> None:
    found = find_time(text, NOW)
    assert found is not None
    assert (text[found.first : found.last], days(found.span)) == (said, (first, end))


@pytest.mark.parametrize(
    "text", ["May I ask", "the march of the penguins", "who paid 2021 dollars", "a second time", "31 February 2024"]
)
def test_words_that_name_no_time(text: str) -> None:
    assert find_time(text, NOW) is None


def test_words_of_a_question_never_wait_for_the_date_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        raise AssertionError("asked the date library")

    monkeypatch.setattr(time_words, "_by_dateparser", slow)
    for text in ("between 31 and 40 May 2024", "on 31 June 2024", "since 99.99.2024", "from 2024-13", "3 May"):
        find_time(text, NOW)


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("14. März 2024", date(2024, 3, 14), date(2024, 3, 15)),
        ("hier", date(2026, 11, 20), date(2026, 11, 21)),
        ("2024-03", date(2024, 3, 1), date(2024, 4, 1)),
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        ("last March", date(2026, 3, 1), date(2026, 4, 1)),
    ],
)
def test_dates_behind_a_colon_may_be_in_other_languages(text: str, first: date, end: date) -> None:
    assert days(when_is(text, NOW)) == (first, end)


def test_what_names_no_date_is_none() -> None:
    assert when_is("someday", NOW) is None
    assert when_is("x" * 10_000, NOW) is None


@pytest.mark.parametrize(
    ("environment", "day"), [("en_US.UTF-8", date(2024, 12, 3)), ("de_DE.UTF-8", date(2024, 3, 12))]
)
def test_where_the_month_comes_first(monkeypatch: pytest.MonkeyPatch, environment: str, day: date) -> None:
    monkeypatch.setenv("LC_ALL", environment)
    span = when_is("12/03/2024", NOW)
    assert span is not None and span.start is not None and span.start.date() == day


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("mails between 3 and 9 May 2024", "from 3 to 9 May 2024"),
        ("files from April to May 2024", "from 1 April 2024 to 31 May 2024"),
        ("documents changed yesterday", "on 20 November 2026"),
        ("recordings since 2025", "from 1 January 2025 on"),
        ("files before 2024-03", "before 1 March 2024"),
    ],
)
def test_a_time_beside_a_word_for_files_limits_the_search(query: str, said: str) -> None:
    (one,) = read_query(query, now=NOW).understood
    assert (one.applied, one.meaning) == ("filter", f"written {said}")
    again = read_query(one.undo, now=NOW)
    assert not again.filters and again.understood == ()


def test_a_time_elsewhere_is_only_preferred() -> None:
    query = read_query("What was the rent in March 2021?", now=NOW)
    assert not query.filters and query.prefer is not None
    assert time_said(query.prefer) == "from 1 to 31 March 2021"
    assert query.text == "What was the rent in March 2021?"
