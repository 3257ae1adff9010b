"""Print how files in old encodings are read: rightly, not at all, or wrongly.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_encodings [FOLDER] [--count N] [--final] [-v]

English, Russian and Kazakh texts are those of judged sets; FOLDER has a file a further language, as de.txt,
with a sentence in each line. Texts are drawn by chance, written in an encoding and read again. What an
encoding has no dashes and quotes for is written as people wrote it there, in ASCII; what it cannot write at
all is left out. `--final` asks texts of other sources, which nothing was chosen by. Beside what Derek reads
stands what charset_normalizer by itself makes of the same bytes, as it was before.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError, decode
from tests.benchmarks.tables import Table, to_text
from tests.support.paths import judged_folder

LENGTHS = (1, 2, 5, 10)

#: The sets that are asked, none of which the letters were counted in; behind them, the final ones.
JUDGED = {"en": ("boolq-dev", "qamr-dev"), "ru": ("headline-nerel", "xdev-ru"), "kk": ("kazdev", None)}

SINGLE_BYTE = {
    "en": ("cp1252",),
    "de": ("cp1252",),
    "fr": ("cp1252",),
    "ru": ("cp1251", "koi8_r", "cp866", "mac_cyrillic"),
    "uk": ("cp1251", "koi8_u", "mac_cyrillic"),
    "kk": ("kz1048", "ptcp154"),
}

#: Beside them every language is asked in these: without a mark, and damaged.
_FAULTY = "utf-8 with faults"
UNICODE = ("utf-16-le", "utf-16-be", _FAULTY)

#: What few files are in, by language.
OUTSIDE = {
    "pl": ("cp1250", "iso8859_2"),
    "cs": ("cp1250", "iso8859_2"),
    "el": ("cp1253",),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"),
    "zh_CN": ("gbk", "big5"),
    "ko": ("euc_kr",),
    "ru": ("iso8859_5",),
    "de": ("cp850", "mac_roman"),
    "fr": ("cp850", "mac_roman"),
}

#: How people wrote what their encoding lacks.
_IN_ASCII = str.maketrans(
    {"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
    | {"\xa0": " ", "\u202f": " ", "\u2009": " ", "№": "N", "ʼ": "'", "\u0301": "", "\u2011": "-"}
)


def encoded(text: str, encoding: str) -> tuple[bytes, str] | None:
    """Return the bytes of a text in an encoding, and the text that they are; None if it cannot be written."""
    if encoding == _FAULTY:
        return _faulty(text)
    for written in (text, text.translate(_IN_ASCII)):
        try:
            return written.encode(encoding), written
        except UnicodeEncodeError:
            continue
    return None


def _faulty(text: str) -> tuple[bytes, str] | None:
    """Return a text in UTF-8 with a stray byte, a byte of another encoding, or cut within a character.

    None if nothing else in it could tell that it is UTF-8.
    """
    high = [place for place, char in enumerate(text) if not char.isascii()]
    if len(high) < 3:
        return None
    at = high[-1]
    head, char, rest = text[:at].encode(), text[at].encode(), text[at + 1 :].encode()
    content = (head + char + b"\xff" + rest, head + b"\xe9" + rest, head + char[:-1])[len(text) % 3]
    return content, content.decode("utf-8", "replace")


def draw(texts: Sequence[str], encoding: str, length: int, count: int) -> Iterator[tuple[bytes, str]]:
    """Yield texts of so many sentences, drawn by chance, as bytes and as what is to be read in them."""
    chance = random.Random(f"{encoding} {length}")  # noqa: S311  a draw, not a secret
    found = 0
    for _ in range(40 * count):
        start = chance.randrange(max(1, len(texts) - length))
        drawn = " ".join(texts[start : start + length]).replace("\ufeff", "")
        pair = encoded(f"{drawn}\n", encoding)
        if pair and (not pair[0].isascii() or encoding.startswith("iso2022")):
            yield pair
            found += 1
        if found == count:
            return


def as_it_was(content: bytes) -> str | None:
    """Return what charset_normalizer alone makes of it."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  of the benchmarks' own group

    guess = from_bytes(content).best()
    return None if guess is None else str(guess)


def as_it_is(content: bytes) -> str | None:
    """Return what Derek reads."""
    try:
        return decode(content).text
    except (NotTextError, UndecidedEncodingError):
        return None


def outcomes(
    read: Callable[[bytes], str | None], samples: Sequence[tuple[bytes, str]], *, verbose: bool = False
) -> Counter[str]:
    """Return how many texts were read rightly, refused and read wrongly."""
    counts: Counter[str] = Counter()
    for content, text in samples:
        found = read(content)
        outcome = "refused" if found is None else "right" if found == text else "wrong"
        counts[outcome] += 1
        if verbose and outcome != "right":
            click.echo(f"{outcome}: {text[:300]!r}\n   as: {(found or '')[:300]!r}", err=True)
    return counts


def texts_of(language: str, folder: Path | None, *, final: bool) -> list[str]:
    if language in JUDGED:
        name = JUDGED[language][final]
        if language == "kk":
            return _kazakh(final=final)
        lines = (judged_folder() / "sets" / str(name) / "sentences.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line)["text"] for line in lines]
    path = folder / f"{language}.txt" if folder else None
    return path.read_text("utf-8").splitlines() if path and path.exists() else []


def _kazakh(*, final: bool) -> list[str]:
    """Return the later half of a set, whose first half the letters are counted in, or news."""
    if final:
        lines = (judged_folder() / "gold" / "kk_ktb_news.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return [row["text"][start:end] for row in rows for start, end in row["spans"]]
    lines = (judged_folder() / "sets" / "kazdev" / "sentences.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[len(lines) // 2 :]]


def _figures(
    encodings: Mapping[str, tuple[str, ...]], folder: Path | None, count: int, *, final: bool, verbose: bool
) -> Iterator[tuple[str | int, ...]]:
    """Yield for each language, encoding and length how many were right, refused and wrong, now and before."""
    for language, of_language in encodings.items():
        texts = texts_of(language, folder, final=final)
        for encoding in of_language if texts else ():
            for length in LENGTHS:
                samples = list(draw(texts, encoding, length, count))
                now = outcomes(as_it_is, samples, verbose=verbose)
                before = outcomes(as_it_was, samples)
                figures = (counts[of] for counts in (now, before) for of in ("right", "refused", "wrong"))
                yield (language, encoding, length, len(samples), *figures)


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--count", default=100, show_default=True, help="How many texts to draw for each row.")
@click.option("--final", is_flag=True, help="Draw from the sources that nothing was chosen by.")
@click.option("-v", "--verbose", is_flag=True, help="Print those that were not read rightly.")
def main(folder: Path | None, count: int, final: bool, verbose: bool) -> None:
    """Write texts in old encodings, read them again, and print what became of them."""
    counts = ("right", "refused", "wrong")
    columns = (
        "language",
        "encoding",
        "sentences",
        "texts",
        *counts,
        *(f"{count} before" for count in counts),
    )
    every = {language: (*names, *UNICODE) for language, names in SINGLE_BYTE.items()}
    for title, encodings in (("Encodings that are read", every), ("Encodings that few have", OUTSIDE)):
        rows = _figures(encodings, folder, count, final=final, verbose=verbose)
        click.echo(to_text(Table.of(title, columns, rows)))


if __name__ == "__main__":
    main()
