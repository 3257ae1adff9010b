"""Encodings: a file is read as what was written, or refused; never as another text."""

import codecs
import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.ingest.encodings import (
    EIGHT_BIT,
    Guess,
    NotTextError,
    UndecidedEncodingError,
    UnfitEncodingError,
    UnknownEncodingError,
    decode,
)

#: Sentences by language, none of which the letters were counted in.
SENTENCES = {
    "en": (
        "The café at the harbour sells “fresh” bread for £3 a loaf — and it’s gone by nine.",
        "Her résumé fills one page; the rest of it she tells over coffee.",
        "Zoë’s naïve question cost the company €40,000 – nobody laughed.",
        "The jury’s verdict was “not proven”, which pleased nobody.",
    ),
    "de": (
        "Über die Brücke fährt seit gestern nur noch der Bus der Linie fünf.",
        "Die Gemeinde müsste größere Räume mieten, sagt die Bürgermeisterin.",
        "Für Schüler kostet der Eintritt zwölf Euro, für Ältere weniger.",
        "Das Öl ist wieder teurer geworden, während Gas günstiger wurde.",
    ),
    "fr": (
        "La crème brûlée était servie très froide, ce qui a déçu les invités.",
        "Le préfet a annoncé que les écoles resteraient fermées jusqu’à lundi.",
        "Où sont passées les clés du château ? demanda l’élève étonné.",
        "Ça coûtera moins cher l’année prochaine, espère le maire du village.",
    ),
    "ru": (
        "Мост через реку закрыли на ремонт до конца октября.",
        "Паром ходит дважды в день, утром и вечером, кроме воскресенья.",
        "Хозяйка гостиницы уверяет, что объявление висело целый месяц!",
        "Ёлку в этом году поставят у библиотеки, а не на площади.",
    ),
    "uk": (
        "Міст через річку зачинили на ремонт до кінця жовтня.",
        "Її сусід щодня їздить до міста електричкою й повертається ввечері.",
        "Бібліотека відчинена щодня, крім понеділка та святкових днів.",
        "Дощ ішов цілу ніч, тож стежка біля озера зовсім розкисла.",
    ),
    "kk": (
        "Өзен үстіндегі көпір қазан айының соңына дейін жөндеуге жабылды.",
        "Кітапхана дүйсенбіден басқа күндері таңғы сағат оннан ашық.",
        "Ауыл тұрғындары жаңа мектептің құрылысын ұзақ күтті.",
        "Биыл егін ерте жиналып, қоймаларға түгел жеткізілді.",
    ),
}

ENCODINGS = {
    "en": ["windows-1252"],
    "de": ["windows-1252", "cp850", "macintosh"],
    "fr": ["windows-1252"],
    "ru": ["windows-1251", "koi8-r", "cp866", "x-mac-cyrillic", "iso-8859-5"],
    "uk": ["windows-1251", "koi8-u", "x-mac-cyrillic"],
    "kk": ["kz-1048", "ptcp154"],
}
KINDS = [(language, encoding) for language, names in ENCODINGS.items() for encoding in names]
NOISE = zlib.compress(bytes(range(256)) * 40 + b"owl" * 300)


def encoded(text: str, encoding: str) -> tuple[bytes, str]:
    """Return a text in an encoding, and what of it the encoding can write."""
    content = text.encode(EIGHT_BIT[encoding].codec, "ignore")
    return content, content.decode(EIGHT_BIT[encoding].codec)


def read_or_refused(content: bytes) -> str | None:
    """Return the text of some bytes; None if they are refused."""
    with suppress(NotTextError, UndecidedEncodingError):
        return decode(content).text
    return None


def guesses_of(content: bytes) -> tuple[Guess, ...]:
    """Return the guesses with which bytes are refused that may be several texts."""
    try:
        decode(content)
    except UndecidedEncodingError as error:
        return error.guesses
    except NotTextError:
        pass
    return ()


# From before Unicode


@pytest.mark.parametrize(("language", "encoding"), KINDS)
def test_a_text_of_four_sentences_is_read_in_what_it_was_written_in(language: str, encoding: str) -> None:
    content, text = encoded(" ".join(SENTENCES[language]), encoding)
    read = decode(content)
    assert (read.text, read.named, read.faults) == (text, read.encoding, 0)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_two_sentences_and_more_are_read_rightly_or_refused(
    kind: tuple[str, str], data: st.DataObject
) -> None:
    language, encoding = kind
    sentences = st.lists(st.sampled_from(SENTENCES[language]), min_size=2, max_size=6)
    content, text = encoded(
        data.draw(st.sampled_from([" ", "\n", "\r\n\r\n"])).join(data.draw(sentences)), encoding
    )
    assert read_or_refused(content) in (text, None)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        read = decode(content)
    except (NotTextError, UndecidedEncodingError):
        return
    assert read.faults <= read.text.count("\ufffd")


def test_a_short_russian_title_in_koi8_is_not_taken_for_japanese() -> None:
    assert decode("Продажи выросли.".encode("koi8_r")).text == "Продажи выросли."


def test_french_accents_are_not_taken_for_czech_ones() -> None:
    text = "The crème brûlée costs 900 tenge. The café opens at nine."
    assert decode(text.encode("cp1252")).text == text


def test_where_candidates_give_the_same_text_there_is_no_doubt() -> None:
    text = "It’s “fine”, they said — and left."
    assert decode(text.encode("cp1252")).text == text


def test_what_may_be_several_texts_is_refused_with_the_likeliest_ones() -> None:
    with pytest.raises(UndecidedEncodingError) as caught:
        decode(b"Room 5: \xe9")
    [first, *others] = caught.value.guesses
    assert others
    assert len({guess.beginning for guess in (first, *others)}) == 1 + len(others)
    assert all(guess.beginning.startswith("Room 5: ") for guess in (first, *others))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("これは日本語の文です。文字コードを調べています。", "shift_jis"),
        ("これは日本語の文です。文字コードを調べています。", "euc_jp"),
        ("これは日本語の文です。文字コードを調べています。", "iso2022_jp"),
        ("这是一个中文句子。我们在检查字符编码。", "gbk"),
        ("이것은 한국어 문장입니다. 문자 인코딩을 확인합니다.", "euc_kr"),
        ("Αυτό είναι ένα ελληνικό κείμενο. Ελέγχουμε την κωδικοποίηση.", "cp1253"),
    ],
)
def test_a_text_in_an_encoding_that_is_not_known_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(UndecidedEncodingError):
        decode(text.encode(encoding))


def test_a_long_file_is_decided_by_samples_and_read_whole() -> None:
    text = "plain ascii line\n" * 60_000 + "\n".join(SENTENCES["ru"]) * 4_000
    assert decode(text.encode("cp866")).text == text


# Unicode


@given(st.text(st.characters(max_codepoint=127, exclude_categories=["Cc"]), max_size=200))
def test_ascii_is_never_touched(text: str) -> None:
    read = decode(text.encode())
    assert (read.text, read.encoding, read.named, read.faults) == (text, "utf-8", None, 0)


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_that_shows_itself_is_not_guessed(language: str, encoding: str) -> None:
    text = " ".join(SENTENCES[language])
    read = decode(text.encode(encoding))
    assert (read.text, read.named, read.faults) == (text, None, 0)


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sentences", [1, 4])
def test_utf_16_is_recognised_without_its_mark(language: str, encoding: str, sentences: int) -> None:
    text = " ".join(SENTENCES[language][:sentences])
    read = decode(text.encode(encoding))
    assert (read.text, read.named, read.faults) == (text, encoding, 0)
    assert decode(text.encode(encoding) + b"\0").faults == 1


@given(st.sampled_from(sorted(SENTENCES)), st.sampled_from([b"\xff", b"\xe9", b"\x80"]), st.data())
def test_a_faulty_byte_in_utf_8_is_one_fault(language: str, fault: bytes, data: st.DataObject) -> None:
    text = " ".join(SENTENCES[language])
    at = data.draw(st.sampled_from([place for place, char in enumerate(text) if char == " "]))
    read = decode(text[:at].encode() + fault + text[at:].encode())
    assert (read.text, read.named, read.faults) == (f"{text[:at]}\ufffd{text[at:]}", None, 1)


@given(st.integers(1, 200))
def test_utf_8_that_is_cut_short_has_one_fault_or_none(length: int) -> None:
    content = SENTENCES["ru"][1].encode()
    read = decode(content[: 40 + length % (len(content) - 40)])
    assert SENTENCES["ru"][1].startswith(read.text.removesuffix("\ufffd"))
    assert read.faults == read.text.count("\ufffd") <= 1


@pytest.mark.parametrize("name", ["ru", "en", "kk"])
def test_a_replacement_character_that_stands_in_the_text_is_no_fault(name: str) -> None:
    assert decode(f"{SENTENCES[name][0]} \ufffd".encode()).faults == 0


def test_a_few_nul_characters_are_kept() -> None:
    text = "It grew by a tenth.\0 " + " ".join(SENTENCES["ru"])
    assert decode(text.encode()).text == text


# What is no text


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
        gzip.compress(b"It grew. " * 50, mtime=0),
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj stream\n" + NOISE,
        NOISE,
        b"\xff\xfe\x00\x00" + NOISE,
        bytes(range(256)),
        b"\0\xff\0",
    ],
    ids=["png", "zip", "gzip", "pdf", "random", "random behind a mark", "every byte", "three bytes"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises((NotTextError, UndecidedEncodingError)):
        decode(content)


# Named by hand


@pytest.mark.parametrize(("language", "encoding"), KINDS)
def test_a_forced_encoding_is_what_a_file_is_read_in(language: str, encoding: str) -> None:
    content, text = encoded(SENTENCES[language][0], encoding)
    read = decode(content, encoding)
    assert (read.text, read.named) == (text, encoding)
    assert decode(content, EIGHT_BIT[encoding].codec).named == encoding


@pytest.mark.parametrize("name", ["klingon", "", "rot13", "base64", "a\0b", "koi8-r\n"])
def test_an_encoding_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(UnknownEncodingError):
        decode(b"It grew.", name)


def test_a_forced_encoding_that_does_not_fit_is_refused_with_the_place() -> None:
    with pytest.raises(UnfitEncodingError) as caught:
        decode(b"It grew.\nIt shrank. \xff\n", "utf-8")
    assert (caught.value.encoding, caught.value.offset, caught.value.line) == ("utf-8", 20, 2)


@pytest.mark.parametrize("encoding", EIGHT_BIT)
def test_what_was_decided_can_be_forced_with_the_same_text(encoding: str) -> None:
    content = "".join(map(chr, range(32, 127))).encode()
    assert decode(content, encoding).text.encode() == content


@example(b"\xd0\xff")
@given(st.binary(max_size=40))
def test_guesses_can_be_shown(content: bytes) -> None:
    for guess in guesses_of(content):
        assert guess.beginning.isprintable()


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_what_shows_that_it_is_unicode_is_not_forced_into_another_encoding(mark: bytes) -> None:
    decoded = decode(mark + "Мост открыт для пеших.".encode(), "cp1251")
    assert (decoded.text, decoded.named) == ("Мост открыт для пеших.", "utf-8")


def test_a_picture_is_no_text_in_any_encoding() -> None:
    with pytest.raises(NotTextError):
        decode(b"\x89PNG\r\n\x1a\n" + bytes(range(1, 9)) * 40, "latin1")


@pytest.mark.parametrize("name", ["unicode_escape", "raw-unicode-escape", "idna", "punycode", "rot13"])
def test_what_python_calls_an_encoding_and_no_file_is_in_is_unknown(name: str) -> None:
    with pytest.raises(UnknownEncodingError):
        decode(b"\xe9t\xe9", name)
