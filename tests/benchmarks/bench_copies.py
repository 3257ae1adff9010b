"""Print how well copies of an article are told from other articles, and what that costs.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_copies [--final] [--seed N] [--cost]

Articles of judged sets are rewritten by chance, in two to five ways at once. Beside these stand those that
are none: the three other articles that share the rarest words with each, the article itself with other
numbers and names, and templates filled in twice. One half of the articles chose the limits; `--final` asks
the other. `--cost` tells instead how fast articles are signed and found.
"""

import random
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import click

from retrieval.analysis.words import words
from retrieval.articles import Article
from retrieval.copies.near_duplicates import NearDuplicates
from retrieval.copies.sameness import Saying
from retrieval.copies.signatures import Signature
from retrieval.evaluation.judged import read_judged_set
from retrieval.storage.store import Store
from tests.benchmarks.rewriting import (
    TEMPLATES,
    Corpus,
    corrected,
    credited,
    filled_in_anew,
    from_template,
    other_numerals,
    other_typography,
    other_words,
    rewritten,
)
from tests.benchmarks.tables import Table, to_text
from tests.support.documents import keep
from tests.support.paths import judged_folder

#: The sets whose articles are rewritten: news in Russian, encyclopaedias in the other languages.
SETS = {"ru": "headline-nerel", "en": "selqa-dev", "kk": "kazdev"}

#: Articles of fewer words are left out; of each, the sentences from a so many-th on are compared.
SHORTEST, EVERY = 60, 5

#: How often each template is filled in, a rare word stands in so many articles at most, how many others are
#: compared with each, and fewer changed facts make no other article.
FILLED, RARE, NEAREST, CHANGED = 150, 20, 3, 4

#: How many articles a store holds to which others are added, and how many of those there are.
STORED, ADDED = 10_000, 200


class Pair(NamedTuple):
    """Two texts, of what kind the pair is, and whether one is a copy of the other."""

    kind: str
    is_copy: bool
    one: str
    other: str


def corpora(*, final: bool) -> Iterator[Corpus]:
    """Yield the articles of each language that are in one half."""
    for language, name in SETS.items():
        articles: defaultdict[str, list[str]] = defaultdict(list)
        for row in read_judged_set(judged_folder() / "sets" / name).sentences:
            articles[row["doc"]].append(row["text"])
        chosen = [
            sentences
            for doc, sentences in articles.items()
            if zlib.crc32(doc.encode()) % 2 == final and len(words(" ".join(sentences))) >= SHORTEST
        ]
        yield Corpus.of(language, chosen)


def article_pairs(corpus: Corpus, chance: random.Random) -> Iterator[Pair]:
    """Yield pairs of articles that are copies, and of those that are none."""
    for sentences in corpus.articles:
        text = "\n".join(sentences)
        copies = ["\n".join(rewritten(sentences, corpus, chance)) for _ in range(2)]
        yield Pair("an article and its copy", True, text, copies[0])
        yield Pair("two copies of an article", True, copies[0], copies[1])
        anew = filled_in_anew(text, corpus, chance)
        if len(set(words(text)) - set(words(anew))) >= CHANGED:
            yield Pair("the same with other numbers and names", False, text, anew)
    for sentences, near in _nearest(corpus):
        yield Pair("others on the same subject", False, "\n".join(sentences), "\n".join(near))
    for template in TEMPLATES[corpus.language]:
        for _ in range(FILLED):
            one, other = (from_template(template, corpus.names[5:15], chance) for _ in range(2))
            yield Pair("a template filled in twice", False, one, other)


def _nearest(corpus: Corpus) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield each article with those that share the rarest words with it."""
    held = [set(words(" ".join(sentences))) for sentences in corpus.articles]
    count = Counter(word for own in held for word in own)
    places = defaultdict(list)
    for place, own in enumerate(held):
        for word in own:
            if count[word] <= RARE:
                places[word].append(place)
    for place, own in enumerate(held):
        shared: Counter[int] = Counter()
        for word in own:
            shared.update({other: 1 / count[word] for other in places[word] if other != place})
        for other, _ in shared.most_common(NEAREST):
            yield corpus.articles[place], corpus.articles[other]


def sentence_pairs(corpus: Corpus, chance: random.Random) -> Iterator[Pair]:
    """Yield pairs of sentences that say the same, and of those that do not."""
    rewritings = (
        ("other typography", True, other_typography),
        ("other numerals", True, other_numerals),
        ("credited", True, credited),
        ("another number or name", False, corrected),
        ("other words, drawn by chance", False, other_words),
    )
    for sentences in corpus.articles:
        for sentence in sentences[::EVERY]:
            for kind, is_copy, rewriting in rewritings:
                (other,) = rewriting([sentence], corpus, chance)
                if other != sentence:
                    yield Pair(kind, is_copy, sentence, other)
        for one, other in pairwise(sentences):
            if one.casefold() != other.casefold():
                yield Pair("the next sentence", False, one, other)


def judged_table(title: str, judged: Sequence[tuple[Pair, bool]]) -> Table:
    """Return how many pairs of each kind there are, and how many of them were taken for copies."""
    pairs, taken = (
        Counter(pair.kind for pair, _ in judged),
        Counter(pair.kind for pair, found in judged if found),
    )
    copies = {pair.kind: pair.is_copy for pair, _ in judged}
    right = sum(taken[kind] for kind in pairs if copies[kind])
    precision = right / max(1, taken.total())
    recall = right / sum(pairs[kind] for kind in pairs if copies[kind])
    rows = [(kind, "yes" if copies[kind] else "no", pairs[kind], taken[kind]) for kind in pairs]
    title = f"{title}: precision {precision:.4f}, recall {recall:.4f}"
    return Table.of(title, ("pair", "copies", "pairs", "taken for copies"), rows)


def quality(chance: random.Random, *, final: bool) -> Iterator[Table]:
    """Yield how well copies are told, of articles and of sentences."""
    articles, banded, sentences = [], [], []
    for corpus in corpora(final=final):
        for pair in article_pairs(corpus, chance):
            one, other = Signature.of(pair.one), Signature.of(pair.other)
            found = one.is_copy_of(other)
            articles.append((pair, found))
            banded.append((pair, found and not set(one.bands).isdisjoint(other.bands)))
        for pair in sentence_pairs(corpus, chance):
            one_said, other_said = (Saying.of(text, corpus.language) for text in (pair.one, pair.other))
            sentences.append((pair, one_said.is_said_by(other_said)))
    yield judged_table("Articles, compared", articles)
    yield judged_table("Articles, found by a band in common", banded)
    yield judged_table("Sentences that say the same", sentences)


def cost(chance: random.Random) -> Iterator[Table]:
    """Yield how fast articles are signed, followed in a store and found."""
    corpus = next(corpora(final=False))

    def article(number: int) -> Article:
        text = "\n".join(rewritten(chance.choice(corpus.articles), corpus, chance))
        return Article(key=str(number), text=f"{text}\n{number}", language=corpus.language)

    texts = [article(number).text for number in range(1_000)]
    started = time.perf_counter()
    for text in texts:
        Signature.of(text)
    rows: list[tuple[str, float | int]] = [
        ("articles signed a second", len(texts) / (time.perf_counter() - started))
    ]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        near = NearDuplicates(store, Path(folder) / "signatures.sqlite3")
        edit = store.begin_edit()
        for number in range(STORED):
            keep(store, article(number), edit)
        started = time.perf_counter()
        near.follow()
        rows.append((f"seconds to follow {STORED} articles", time.perf_counter() - started))
        rows.append(
            ("kB on disk an article", (Path(folder) / "signatures.sqlite3").stat().st_size / STORED / 1e3)
        )
        spent = found = 0.0
        for number in range(STORED, STORED + ADDED):
            added = article(number)
            keep(store, added)
            started = time.perf_counter()
            near.follow()
            spent += time.perf_counter() - started
            started = time.perf_counter()
            near.copies_of(added.id)
            found += time.perf_counter() - started
        rows.append((f"ms for an article added to {STORED}", 1e3 * spent / ADDED))
        rows.append(("ms to find its copies", 1e3 * found / ADDED))
        near.close()
    yield Table.of("Cost of signatures", ("what", "figure"), rows)


@click.command(help=__doc__)
@click.option("--final", is_flag=True, help="Ask the half that nothing was chosen by.")
@click.option("--seed", default=1, help="What chance begins with.")
@click.option("--cost", "is_cost", is_flag=True, help="Measure time and space instead.")
def main(*, final: bool, seed: int, is_cost: bool) -> None:
    """Print the tables."""
    chance = random.Random(seed)  # noqa: S311  a draw, not a secret
    for table in cost(chance) if is_cost else quality(chance, final=final):
        click.echo(to_text(table))


if __name__ == "__main__":
    main()
