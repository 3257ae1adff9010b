"""Settings: what people write and press becomes limits, or an error that says what to do."""

import string
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.chats.settings import (
    SettingError,
    SettingFault,
    changed,
    days,
    languages,
    mark,
    sources,
    switched,
)
from bot.phrases import LANGUAGES, Phrases
from bot.rendering import messages
from bot.rendering.blocks import to_messages, to_text
from bot.telegram.outgoing import button
from retrieval.articles import one_line
from retrieval.filters import Filter
from retrieval.storage.store import Summary
from tests.support.bot_api import BotApi, Chat, User, private
from tests.support.running import RunningDerek

SOURCES = ("Kazinform News Agency", "Kazpravda.kz", "Reuters, Almaty", "МИР 24", "Since Today")
SUMMARY = Summary(
    20,
    400,
    380,
    None,
    None,
    tuple((name, 4) for name in SOURCES),
    (("en", 9), ("ru", 9), ("de", 2)),
    (("hr", 3), ("кадры", 2), ("it", 1)),
)

SPOKEN = st.sampled_from([Phrases(language) for language in LANGUAGES])
DAYS = st.dates()
CODES = st.sampled_from(["en", "ru", "kk", "de"])


@st.composite
def limits(draw: st.DrawFn) -> Filter:
    since, until = sorted(draw(st.tuples(DAYS, DAYS)))
    return Filter(
        draw(st.frozensets(CODES)),
        draw(st.frozensets(st.sampled_from(SOURCES))),
        draw(st.sampled_from([since, None])),
        draw(st.sampled_from([until, None])),
        draw(st.none() | st.frozensets(st.sampled_from(["hr", "кадры", "it"]), min_size=1)),
    )


# Dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-2", date(2023, 2, 1), date(2023, 2, 28)),
        ("2022-12-31", date(2022, 12, 31), date(2022, 12, 31)),
        ("02.2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("31.12.2022", date(2022, 12, 31), date(2022, 12, 31)),
        ("1/2/2022", date(2022, 2, 1), date(2022, 2, 1)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_year_a_month_or_a_day_is_enough(text: str, first: date, last: date) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "22", "May 2022", "since", "вчера", "２０２２", "2022 ", "2022-", "-2022", "12345", "0000"),
        *("2022-13", "2022-00", "2022-02-30", "00.2022", "0.1.2022", "2022.05.01", "31-12-2022"),
    ],
)
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    with pytest.raises(SettingError) as raised:
        days(text)
    assert (raised.value.fault, raised.value.word) == (SettingFault.DAY, text)


@given(
    DAYS, st.sampled_from(["{0:04}-{1:02}-{2:02}", "{2}.{1}.{0:04}", "{0:04}-{1}", "{1:02}/{0:04}", "{0:04}"])
)
def test_a_date_holds_its_day_and_all_days_of_its_kind(day: date, pattern: str) -> None:
    def written(day: date) -> str:
        return pattern.format(day.year, day.month, day.day)

    first, last = days(written(day))
    assert first <= day <= last
    assert written(first) == written(last) or "{2" not in pattern
    assert first == date.min or days(written(first - timedelta(1)))[1] == first - timedelta(1)
    assert last == date.max or days(written(last + timedelta(1)))[0] == last + timedelta(1)


# What people write

BOTH = frozenset({"hr", "it"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("since 2022", Filter(since=date(2022, 1, 1))),
        ("until 2024-12", Filter(until=date(2024, 12, 31))),
        ("SINCE 2022 Until 2022", Filter(since=date(2022, 1, 1), until=date(2022, 12, 31))),
        ("until 2024 since 2022", Filter(since=date(2022, 1, 1), until=date(2024, 12, 31))),
        ("lang kk ru", Filter(frozenset({"kk", "ru"}))),
        ("language RU,EN", Filter(frozenset({"en", "ru"}))),
        ("lang de since 2022", Filter(frozenset({"de"}), since=date(2022, 1, 1))),
        ("source Kazpravda.kz", Filter(sources=frozenset({"Kazpravda.kz"}))),
        ("source мир 24", Filter(sources=frozenset({"МИР 24"}))),
        ("source news", Filter(sources=frozenset({"Kazinform News Agency"}))),
        ("source kazinform", Filter(sources=frozenset({"Kazinform News Agency"}))),
        ("source Reuters, Almaty", Filter(sources=frozenset({"Reuters, Almaty"}))),
        ("source reuters, мир 24,", Filter(sources=frozenset({"Reuters, Almaty", "МИР 24"}))),
        ("lang en source Since Today", Filter(frozenset({"en"}), frozenset({"Since Today"}))),
        ("in HR", Filter(collections=frozenset({"hr"}))),
        ("in hr, Кадры", Filter(collections=frozenset({"hr", "кадры"}))),
        (
            "in it hr lang en source мир 24",
            Filter(frozenset({"en"}), frozenset({"МИР 24"}), None, None, BOTH),
        ),
        ("collections it hr since any", Filter(collections=BOTH)),
        ("", Filter()),
        ("clear", Filter()),
    ],
)
def test_limits_are_set_as_they_are_written(text: str, wanted: Filter) -> None:
    assert changed(Filter(), text, SUMMARY) == wanted


@pytest.mark.parametrize(
    ("text", "fault", "at"),
    [
        ("when 2022", SettingFault.WORD, "when"),
        ("clear all", SettingFault.WORD, "all"),
        ("2022", SettingFault.WORD, "2022"),
        ("since", SettingFault.MISSING, "since"),
        ("lang since 2022", SettingFault.MISSING, "lang"),
        ("source", SettingFault.MISSING, "source"),
        ("since May 2022", SettingFault.DAY, "May 2022"),
        ("since 2022 lang until 2024", SettingFault.MISSING, "lang"),
        ("since 2024 until 2022", SettingFault.ORDER, ""),
        ("lang Russian", SettingFault.LANGUAGE, "russian"),
        ("lang en fr", SettingFault.LANGUAGE, "fr"),
        ("lang ,", SettingFault.LANGUAGE, ","),
        ("in", SettingFault.MISSING, "in"),
        ("in legal", SettingFault.COLLECTION, "legal"),
        ("in hr h", SettingFault.COLLECTION, "h"),
        ("in ,", SettingFault.COLLECTION, ","),
        ("source Orda", SettingFault.SOURCE, "Orda"),
        ("source inform", SettingFault.SOURCE, "inform"),
        ("source reuters, Orda", SettingFault.SOURCE, "Orda"),
        ("source МИР 24 since 2022", SettingFault.SOURCE, "МИР 24 since 2022"),
        ("source kaz", SettingFault.AMBIGUOUS, "kaz"),
    ],
)
def test_what_cannot_be_set_names_the_word_at_fault(text: str, fault: SettingFault, at: str) -> None:
    with pytest.raises(SettingError) as raised:
        changed(Filter(), text, SUMMARY)
    assert (raised.value.fault, raised.value.word) == (fault, at)


def test_what_would_do_instead_is_named() -> None:
    for text, choices in (
        ("lang fr", ("en", "ru", "kk", "de")),
        ("in legal", ("hr", "кадры", "it")),
        ("source Orda", SOURCES),
        ("source kaz", SOURCES[:2]),
    ):
        with pytest.raises(SettingError) as raised:
            changed(Filter(), text, SUMMARY)
        assert raised.value.choices == choices


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("since any", "since"),
        ("until ANY", "until"),
        ("lang any", "languages"),
        ("source any", "sources"),
        ("in any", "collections"),
    ],
)
def test_any_takes_one_limit_away(text: str, left: str) -> None:
    full = Filter(frozenset({"en"}), frozenset({"МИР 24"}), date(2022, 1, 1), date(2024, 1, 1), BOTH)
    after = changed(full, text, SUMMARY)
    for name in ("languages", "sources", "since", "until", "collections"):
        assert getattr(after, name) == getattr(Filter() if name == left else full, name)


@given(limits(), limits())
def test_limits_written_out_are_those_limits_whatever_was_before(wanted: Filter, before: Filter) -> None:
    assume(len(wanted.sources) < 2 or "Reuters, Almaty" not in wanted.sources)
    clauses = ["clear"]
    clauses += [f"since {wanted.since.isoformat()}"] if wanted.since else []
    clauses += [f"until {wanted.until.isoformat()}"] if wanted.until else []
    clauses += [f"lang {' '.join(wanted.languages)}"] if wanted.languages else []
    clauses += [f"in {' '.join(wanted.collections)}"] if wanted.collections else []
    clauses += [f"source {', '.join(wanted.sources)}"] if wanted.sources else []
    assert changed(before, " ".join(clauses), SUMMARY) == wanted


@given(limits(), CODES)
def test_what_is_not_named_stays(before: Filter, code: str) -> None:
    after = changed(before, f"lang {code}", SUMMARY)
    assert after == replace(before, languages=frozenset({code}))


WORDS = st.sampled_from(
    ["since", "until", "lang", "in", "hr", "source", "clear", "any", "2022", "2024-05", "kk", "МИР 24", ","]
)


@given(limits(), st.lists(WORDS | st.text(max_size=8), max_size=8).map(" ".join), SPOKEN)
@example(Filter(), "source \ud800", Phrases("en"))
@example(Filter(), "source " + "x" * 5_000, Phrases("kk"))
def test_whatever_is_written_is_limits_or_an_error_in_words(
    before: Filter, text: str, phrases: Phrases
) -> None:
    try:
        after, wrong = changed(before, text, SUMMARY), None
    except SettingError as error:
        after, wrong = before, error
    assert after.languages <= {"en", "ru", "kk", "de"}
    assert after.sources <= set(SOURCES)
    assert (after.collections or set()) <= {"hr", "кадры", "it"}
    if wrong:
        sentence = messages.trouble(wrong, phrases)
        assert str(wrong)
        assert "/settings" in sentence or "2022-05-31" in sentence or wrong.choices[0] in sentence


def test_without_articles_there_is_no_source_to_name() -> None:
    empty = Summary(0, 0, 0, None, None, (), ())
    assert changed(Filter(), "lang kk", empty).languages == {"kk"}
    with pytest.raises(SettingError) as raised:
        changed(Filter(), "source Orda", empty)
    assert messages.trouble(raised.value, Phrases("en")).endswith("The sources: none.")


# What buttons say


@given(limits(), CODES, st.booleans())
def test_a_language_is_switched_to_what_the_button_says(before: Filter, code: str, on: bool) -> None:
    assume(code != "kk" or code in before.languages)
    after = switched(before, "lang", code, SUMMARY, on=on)
    assert after.languages == (before.languages | {code} if on else before.languages - {code})
    assert switched(after, "lang", code, SUMMARY, on=on) == after


@given(limits(), st.sampled_from(SOURCES), st.booleans())
def test_a_source_is_switched_to_what_the_button_says(before: Filter, name: str, on: bool) -> None:
    after = switched(before, "source", mark(name), SUMMARY, on=on)
    assert after.sources == (before.sources | {name} if on else before.sources - {name})
    assert switched(after, "source", mark(name), SUMMARY, on=on) == after


@given(limits(), st.sampled_from(["hr", "кадры", "it"]), st.booleans())
def test_a_collection_is_switched_to_what_the_button_says(before: Filter, name: str, on: bool) -> None:
    after, chosen = switched(before, "in", mark(name), SUMMARY, on=on), before.collections or frozenset()
    assert after.collections == ((chosen | {name} if on else chosen - {name}) or None)
    assert switched(after, "in", mark(name), SUMMARY, on=on) == after


@given(
    limits(),
    st.sampled_from(["lang", "source", "in", "clear", ""]),
    st.text(string.hexdigits, max_size=8),
    st.booleans(),
)
@example(Filter(), "lang", "zzz", True)
@example(Filter(), "source", "00000000", True)
def test_a_made_up_button_changes_nothing(before: Filter, kind: str, name: str, on: bool) -> None:
    assume(name not in languages(before, SUMMARY) and name not in sources(before, SUMMARY))
    assert switched(before, kind, name, SUMMARY, on=on) == before


def test_what_is_chosen_but_no_longer_held_can_still_be_switched_off() -> None:
    gone = Filter(frozenset({"fr"}), frozenset({"Orda News"}))
    assert "fr" in languages(gone, SUMMARY)
    assert sources(gone, SUMMARY)[mark("Orda News")] == "Orda News"
    without = switched(gone, "lang", "fr", SUMMARY, on=False)
    assert switched(without, "source", mark("Orda News"), SUMMARY, on=False) == Filter()


def test_sources_that_differ_in_case_only_are_one() -> None:
    chosen = Filter(sources=frozenset({"мир 24"}))
    assert len(sources(chosen, SUMMARY)) == len(SOURCES)
    assert switched(chosen, "source", mark("МИР 24"), SUMMARY, on=False) == Filter()


@given(st.text().map(one_line).filter(bool))
def test_a_source_of_any_name_fits_a_button(name: str) -> None:
    sent = str(button(name, "limit", "source", mark(name), 1).data)
    assert len(sent.encode()) <= 64


# How it looks


@given(limits(), st.lists(st.text(max_size=300), max_size=40), SPOKEN)
def test_settings_fit_one_message(chosen: Filter, names: list[str], phrases: Phrases) -> None:
    many = replace(chosen, sources=frozenset(names))
    [shown] = to_messages(messages.settings(many, phrases, usage=True))
    for code in many.languages:
        assert messages.language_name(code, phrases) in shown.plain
    for day in (many.since, many.until):
        assert day is None or str(day.year) in shown.plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_limit_is_any(language: str) -> None:
    phrases = Phrases(language)
    assert to_text(messages.settings(Filter(), phrases)).count(phrases("any")) == 4
    assert messages.limited(Filter(), phrases) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_limits_a_chat_names_its_collections(language: str) -> None:
    phrases = Phrases(language)
    names = phrases("in-collections", names="hr, it")
    assert phrases("limited", limits=names) == to_text(messages.limited(Filter(collections=BOTH), phrases))
    shown = to_text(messages.settings(Filter(collections=BOTH), phrases))
    assert phrases("about-collections", collections="hr, it") in shown


# In Telegram, end to end

ANN = User(7, "Ann", "en", "ann")
BOLAT = User(8, "Bolat", "en", "bolat")
HOME = private(ANN)
GROUP = Chat(-5, "group", "Editors")
PATIENCE = 20.0
PLAYERS = "Каким спортом увлекаются молодые участники игр?"


def test_settings_hold_in_their_chat_across_a_restart_and_a_new_id(tmp_path: Path) -> None:
    with BotApi(repeat_bound=0.1) as api:
        with RunningDerek(tmp_path, api.url):
            api.wait_until_listening(PATIENCE)
            api.open(GROUP, ANN, BOLAT)
            api.appoint(GROUP, ANN)
            api.message(GROUP, BOLAT, "/settings@derek_bot lang en")
            refusal = api.wait_for_messages(GROUP, 1, PATIENCE)[-1]
            assert refusal.text == Phrases("en")("settings-refused")
            api.message(GROUP, ANN, "/settings@derek_bot")
            shown = api.wait_for_messages(GROUP, 2, PATIENCE)[-1]
            api.press(shown, "English", ANN)
            api.wait_until(lambda: "✓ English" in api.messages(GROUP)[1].buttons, PATIENCE)
            refused = api.press(shown, "✓ English", BOLAT)
            api.wait_until(lambda: refused not in api.unanswered, PATIENCE)
            new = api.migrate(GROUP, -100500, ANN)
            api.message(HOME, ANN, PLAYERS)
            [answer] = api.wait_for_messages(HOME, 1, PATIENCE)
            assert "104 страны с разных континентов" in answer.text
        with RunningDerek(tmp_path, api.url):
            api.message(new, BOLAT, f"@derek_bot {PLAYERS}")
            [answer] = api.wait_for_messages(new, 1, PATIENCE)
            assert Phrases("ru")("limited", limits="английский") in answer.text
        assert [call for call in api.calls(ok=False) if call.method != "getUpdates"] == []
