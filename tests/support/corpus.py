"""A corpus of lines, its index, and what is found in it: what tests of the ranking share."""

from collections.abc import Mapping, Sequence

from retrieval.answers.searcher import Searcher, SearchResult
from retrieval.articles import Article, Sentence, SentenceKind, Span, StoredSentence
from retrieval.changes import Batch, Change
from retrieval.index.candidates import Candidate
from retrieval.index.memory import MemoryIndex
from retrieval.index.query import Query
from retrieval.index.search import search
from retrieval.questions.question import Question
from retrieval.ranking.ranker import Evidence
from tests.support.analysing import analysed


def article(key: str, lines: Sequence[str]) -> Change:
    named, _, rest = key.partition(": ")
    language = named if rest else "ru" if key.isalpha() and not key.isascii() else "en"
    article = Article(key=key, text="\n".join(lines), language=language)
    units, start = [], 0
    for number, line in enumerate(lines):
        units.append(Sentence(article.id, number, Span(start, start + len(line)), SentenceKind.SENTENCE))
        start += len(line) + 1
    return Change(article.id, article, units)


class Corpus:
    """Articles, an index of them, and what stands in it: a source of sentences."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.index = MemoryIndex()
        changes = [article(key, lines) for key, lines in texts.items()]
        self.sentences = {
            (change.article_id, unit.number): StoredSentence(
                change.article.digest,
                change.article.language,
                unit.span,
                unit.span.of(change.article.text),
            )
            for change in changes
            if change.article
            for unit in change.sentences
        }
        self.index.update([Batch(changes, 1)])

    @property
    def lines(self) -> dict[tuple[str, int], str]:
        return {place: sentence.text for place, sentence in self.sentences.items()}

    def stored_sentences(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], StoredSentence]:
        return {place: self.sentences[place] for place in places if place in self.sentences}

    def read(self, question: str) -> list[tuple[Candidate, StoredSentence]]:
        candidates = search(self.index, Query(analysed(question)))
        return [(candidate, self.sentences[candidate.place]) for candidate in candidates]

    def ask(self, question: str) -> SearchResult:
        return Searcher.over(self.index, self).find(Question.plain(question))

    def quote(self, piece: Evidence) -> str:
        return self.sentences[piece.place].text
