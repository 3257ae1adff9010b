"""How the bytes of a file are read as text.

What is in Unicode shows it; an encoding from before is guessed by the letters that the bytes would be, and
what cannot be told is refused: a text that is wrong without a word is worse than none.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from retrieval.articles import one_line
from retrieval.ingest.letters import Letters, model, shape_of


@dataclass(frozen=True, slots=True)
class EightBit:
    """An encoding from before Unicode: what Python calls it, and how rare it is, as a cost in nats."""

    codec: str
    rarity: float = 0.0


#: What a file from before Unicode may be in, by what people call it. How rare each is was set by eye, for
#: short texts with a letter or two that are letters in several.
EIGHT_BIT: Mapping[str, EightBit] = {
    "windows-1251": EightBit("cp1251"),
    "windows-1252": EightBit("cp1252"),
    "koi8-r": EightBit("koi8_r", 1),
    "cp866": EightBit("cp866", 1),
    "koi8-u": EightBit("koi8_u", 2),
    "kz-1048": EightBit("kz1048", 2),
    "windows-1250": EightBit("cp1250", 2),
    "x-mac-cyrillic": EightBit("mac_cyrillic", 5),
    "ptcp154": EightBit("ptcp154", 5),
    "iso-8859-2": EightBit("iso8859_2", 5),
    "iso-8859-5": EightBit("iso8859_5", 5),
    "iso-8859-15": EightBit("iso8859_15", 5),
    "cp850": EightBit("cp850", 10),
    "macintosh": EightBit("mac_roman", 10),
}

#: How much likelier the best reading must be than the next one that is another text, in nats. With 6, one
#: sentence in a thousand is read wrongly that 8 refuses, in `tests/benchmarks/bench_encodings`.
MARGIN = 8.0

#: By how many nats a pair of letters may on average be less likely than is usual in its language: so much
#: anyway, and so many times what chance makes of so few pairs. With less, texts are refused that are read
#: rightly; with more, none is read wrongly either, since the other bounds hold.
_SLACK, _CHANCES = 2.0, 3.0

#: What a pair of letters may cost on average of which neither is ASCII, where there are so many of them. In
#: `tests/benchmarks/bench_encodings` two sentences cost 3.0 at most; Greek, Chinese and the like, read as
#: Cyrillic, 4.2 at least.
_MOST_WITHIN, _FEWEST_WITHIN = 3.6, 8

#: How many bytes around what is not ASCII decide.
_SAMPLE = 64 * 1024

#: What share of a text may be control characters, and how many may be in any.
_CONTROL_SHARE, _FEWEST_CONTROLS = 0.01, 1

#: How many sequences of UTF-8 are right for each that is not, at least. By chance, text in another encoding
#: has .7 at most in `tests/benchmarks/bench_encodings`.
_RIGHT_TO_FAULTY = 2

#: How many letters outside of ASCII are all right in UTF-8 by no chance, whatever encoding was named.
_BEYOND_CHANCE = 3

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b") + b"\x7f"
_AROUND_HIGH = re.compile(rb"[^\r\n\x80-\xff]{0,80}[\x80-\xff][^\r\n]{0,400}")
#: Control characters and what an encoding has nothing for.
_IMPOSSIBLE = re.compile("[\x80-\x9f\ufffd]")
_UTF_8 = "utf-8"
_ISO_2022 = re.compile(rb"\x1b(\$|\([BIJ])")
_IN_A_GUESS = 40

#: Marks at the beginning, the longer ones first: one of UTF-32 begins as one of UTF-16.
_MARKS: Sequence[tuple[bytes, str]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was in, and how many of its characters stand for what is no text in it.

    It was `shown` by the bytes themselves, being UTF-8 or beginning with a mark, or else named or guessed.
    """

    text: str
    encoding: str
    shown: bool = False
    faults: int = 0

    @property
    def named(self) -> str | None:
        """The encoding, where the bytes do not show it."""
        return None if self.shown else self.encoding


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding that a file may be in, and how it would begin where it is not ASCII."""

    encoding: str
    beginning: str


class NotTextError(ValueError):
    """What cannot be text in any encoding."""


class UndecidedEncodingError(ValueError):
    """Bytes that may be text in several encodings, or in none that is known; the guesses, the best first."""

    def __init__(self, guesses: Sequence[Guess]) -> None:
        self.guesses = tuple(guesses)
        super().__init__(", ".join(guess.encoding for guess in guesses))


class UnknownEncodingError(ValueError):
    """No encoding of text has this name."""


class UnfitEncodingError(ValueError):
    """Bytes that are nothing in the encoding that was named; the first of them, and in which line."""

    def __init__(self, encoding: str, offset: int, line: int) -> None:
        self.encoding, self.offset, self.line = encoding, offset, line
        super().__init__(f"{encoding}: byte {offset}, line {line}")


def decode(content: bytes, forced: str | None = None) -> Decoded:
    """Return the text that a file's bytes are, in the forced encoding or in the one that they tell.

    Raises `NotTextError`, `UndecidedEncodingError`, and of a forced one `UnknownEncodingError` or
    `UnfitEncodingError`.
    """
    if forced is not None:
        return _forced(content, forced)
    return _marked(content) or _utf_16(content) or _utf_8(content) or _guessed(content)


#: What Python calls encodings, and no file is in.
_NO_ENCODINGS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"}
)


def _forced(content: bytes, name: str) -> Decoded:
    """Return a text in the encoding that was named, unless its bytes show that it is in another."""
    codec = _known_codec(name)
    if (shown := _shown_by_bytes(content)) and codecs.lookup(shown.encoding) != codec:
        return replace(shown, shown=False)
    if codec is None:
        raise UnknownEncodingError(name)
    try:
        text = content.decode(codec.name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnfitEncodingError(name, error.start, line) from error
    except (LookupError, ValueError) as error:
        raise UnknownEncodingError(name) from error
    if not _is_text(text):
        raise NotTextError
    same = (known for known, eight_bit in EIGHT_BIT.items() if codecs.lookup(eight_bit.codec) == codec)
    return Decoded(text, next(same, codec.name), shown=codec.name == _UTF_8)


def _known_codec(name: str) -> codecs.CodecInfo | None:
    """Return the codec of an encoding that files may be in, by any of its names."""
    try:
        codec = codecs.lookup(_codec(name.lower()) if name.isprintable() else "")
    except (LookupError, ValueError):
        return None
    return None if codec.name.replace("_", "-") in _NO_ENCODINGS else codec


def _shown_by_bytes(content: bytes) -> Decoded | None:
    """Return a text that begins with a mark, or that is UTF-8 beyond chance; else None."""
    if marked := _marked(content):
        return marked
    try:
        text = content.decode(_UTF_8)
    except UnicodeDecodeError:
        return None
    return Decoded(text, _UTF_8) if _right(text, 0) >= _BEYOND_CHANCE else None


def _marked(content: bytes) -> Decoded | None:
    """Return a text in the Unicode that its mark names, if it has one and most of it is."""
    encodings = (encoding for mark, encoding in _MARKS if content.startswith(mark))
    return next(filter(None, (_in_unicode(content, encoding) for encoding in encodings)), None)


def _in_unicode(content: bytes, encoding: str) -> Decoded | None:
    """Return a text that begins with a mark in the Unicode that this names, if most of it is."""
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    faults = text.count("\ufffd") if encoding != "utf-8" else _faults(content, text)
    if encoding == "utf-8" and _right(text, faults) < _RIGHT_TO_FAULTY * faults:
        return None
    if not _are_few(faults, len(text)) or not _is_text(text):
        return None
    return Decoded(text, encoding, shown=True, faults=faults)


def _is_text(text: str) -> bool:
    return _are_few(sum(map(text.count, map(chr, _CONTROLS))), len(text))


def _are_few(controls: int, length: int) -> bool:
    """Whether a text of a length may have so many control characters, or faults."""
    return controls <= max(_FEWEST_CONTROLS, length * _CONTROL_SHARE)


#: What characters are in UTF-16 without a mark: white space and ASCII, other Latin letters, Greek and
#: Cyrillic ones, dashes and quotes, currencies, the numero sign.
_AT_HOME = re.compile("[\t\n\r -~\xa0-\u052f\u1e00-\u1eff\u2010-\u203a\u20a0-\u20bf\u2116]")

#: What share of UTF-16 without a mark is such, and how many there are at least: three bytes show nothing.
_AT_HOME_SHARE, _FEWEST_AT_HOME = 0.97, 4


def _utf_16(content: bytes) -> Decoded | None:
    """Return a text in UTF-16 without a mark; every other byte of it is the same few control characters."""
    sample = content[: _SAMPLE // 2 * 2]
    if _count_controls(sample) < max(1, len(sample) / 4):
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        if len(_AT_HOME.findall(text)) >= max(_FEWEST_AT_HOME, _AT_HOME_SHARE * len(text) - 1):
            text = content.decode(encoding, "replace")
            return Decoded(text, encoding, faults=text.count("\ufffd"))
    return None


def _count_controls(content: bytes) -> int:
    return len(content) - len(content.translate(None, _CONTROLS))


def _utf_8(content: bytes) -> Decoded | None:
    """Return a text in UTF-8, if it is one but for a few faults."""
    text = content.decode("utf-8", "replace")
    faults = _faults(content, text)
    if faults and _right(text, faults) < _RIGHT_TO_FAULTY * faults:
        return None
    if not _is_text(text):
        raise NotTextError
    if _ISO_2022.search(content):
        raise UndecidedEncodingError([_guess("iso2022_jp", content)])
    return Decoded(text, _UTF_8, shown=True, faults=faults)


def _faults(content: bytes, text: str) -> int:
    """Return how many characters stand for what is no UTF-8."""
    return text.count("\ufffd") - content.count("\ufffd".encode())


def _right(text: str, faults: int) -> int:
    """Return how many characters outside of ASCII a text has that are no faults."""
    return len(text) - len(text.encode("ascii", "ignore")) - faults


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text would be in an encoding, and what that costs by the letters of the likeliest language.

    Readings with the same `chars` are the same text.
    """

    encoding: str
    chars: str
    cost: float
    is_usual: bool


def _guessed(content: bytes) -> Decoded:
    """Return a text in the encoding in which it is by far the likeliest."""
    if not _are_few(_count_controls(content), len(content)):
        raise NotTextError
    sample = _sample(content)
    readings = sorted(_readings(content, sample), key=lambda reading: reading.cost)
    best = readings[0] if readings else None
    second = next((reading for reading in readings if best and reading.chars != best.chars), None)
    if best is None or not best.is_usual or (second and second.cost - best.cost < MARGIN):
        raise UndecidedEncodingError(list(_guesses(sample, readings)))
    text = content.decode(_codec(best.encoding), "replace")
    is_utf_8 = best.encoding == _UTF_8
    return Decoded(text, best.encoding, is_utf_8, _faults(content, text) if is_utf_8 else 0)


def _codec(encoding: str) -> str:
    return EIGHT_BIT[encoding].codec if encoding in EIGHT_BIT else encoding


def _sample(content: bytes) -> list[bytes]:
    """Return what stands around bytes that are not ASCII, from all over a file."""
    found = _AROUND_HIGH.findall(content)
    size = sum(map(len, found))
    return found[:: -(-size // _SAMPLE)] if found else []


def _readings(content: bytes, sample: Sequence[bytes]) -> Iterator[_Reading]:
    """Yield what a file would be in each encoding that has all of its bytes."""
    high = bytes(sorted(byte for byte in set(content) if byte > 127))
    pairs = Counter(pair for piece in sample for pair in pairwise(b"\n" + piece + b"\n"))
    for encoding, known in EIGHT_BIT.items():
        chars = high.decode(known.codec, "replace")
        if not _IMPOSSIBLE.search(chars):
            table = bytes(range(256)).decode(known.codec, "replace")
            of_chars = {(table[before], table[after]): count for (before, after), count in pairs.items()}
            yield _reading(encoding, chars, of_chars, known.rarity)
    # A fault at the end of a piece is where it was cut.
    texts = [piece.decode(_UTF_8, "replace").strip("\ufffd") for piece in sample]
    if any(not char.isascii() and char != "\ufffd" for text in texts for char in text):
        yield _reading(_UTF_8, "", Counter(pair for text in texts for pair in pairwise(f"\n{text}\n")), 0)


def _reading(encoding: str, chars: str, pairs: Mapping[tuple[str, str], int], rarity: float) -> _Reading:
    costs = model().shapes
    shapes = {char: shape_of(char) for pair in pairs for char in pair}
    of_shapes = sum(count * costs[shapes[before]][shapes[after]] for (before, after), count in pairs.items())
    cost, is_usual = min((_cost(pairs, letters) for letters in model().languages.values()), key=itemgetter(0))
    return _Reading(encoding, chars, rarity + of_shapes + cost, is_usual)


def _cost(pairs: Mapping[tuple[str, str], int], letters: Letters) -> tuple[float, bool]:
    """Return what pairs of letters cost in a language, and whether those outside of ASCII do as usual."""
    costs = letters.costs
    places = {char: letters.place(char) for pair in pairs for char in pair}
    total = foreign = run = 0.0
    number = within = 0
    for (before, after), count in pairs.items():
        cost = count * costs[places[before]][places[after]]
        total += cost
        high = (before > "\x7f") + (after > "\x7f")
        if high:
            foreign, number = foreign + cost, number + count
        if high == 2:
            run, within = run + cost, within + count
    allowed = letters.usual + _SLACK + _CHANCES * letters.spread / max(1, number) ** 0.5
    return total, foreign <= allowed * number and (within < _FEWEST_WITHIN or run <= _MOST_WITHIN * within)


def _guesses(sample: Sequence[bytes], readings: Sequence[_Reading]) -> Iterator[Guess]:
    """Yield the likeliest readings that are different texts, as they would begin."""
    seen: set[str] = set()
    for reading in readings:
        if reading.chars not in seen and len(seen) < 3:
            seen.add(reading.chars)
            yield _guess(reading.encoding, sample[0])


def _guess(encoding: str, content: bytes) -> Guess:
    text = one_line(content[: 10 * _IN_A_GUESS].decode(_codec(encoding), "replace"))
    shown = "".join(char if char.isprintable() else "\ufffd" for char in text[:_IN_A_GUESS])
    return Guess(encoding, shown.rstrip())
