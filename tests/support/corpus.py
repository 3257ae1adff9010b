"""A corpus of lines, its index, and what is found in it: what tests of the ranking share."""

from collections.abc import Sequence

from retrieval.answers.searcher import Searcher, SearchResult
from retrieval.articles import Article, Sentence, SentenceKind, Span
from retrieval.index.candidates import Candidate
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Batch, Change
from retrieval.index.query import Query
from retrieval.languages.detection import language_of_question
from retrieval.ranking.ranker import CandidateText, Evidence


def article(key: str, lines: Sequence[str]) -> Change:
    named, _, rest = key.partition(": ")
    language = named if rest else "ru" if key.isalpha() and not key.isascii() else "en"
    one = Article(key=key, text="\n".join(lines), language=language)
    units, start = [], 0
    for number, line in enumerate(lines):
        units.append(Sentence(one.id, number, Span(start, start + len(line)), SentenceKind.SENTENCE))
        start += len(line) + 1
    return Change(one.id, one, units)


class Corpus:
    """Articles, an index of them, and what stands in it."""

    def __init__(self, texts: dict[str, list[str]]) -> None:
        self.index = MemoryIndex()
        changes = [article(key, lines) for key, lines in texts.items()]
        self.lines = {
            (one.article_id, unit.number): unit.span.of(one.article.text)
            for one in changes
            if one.article
            for unit in one.sentences
        }
        self.index.update([Batch(changes, 1)])

    def texts(self, candidates: Sequence[Candidate]) -> list[CandidateText | None]:
        return [CandidateText(self.lines[one.article_id, one.number]) for one in candidates]

    def held(self, question: str) -> list[tuple[Candidate, CandidateText]]:
        found = self.index.search(Query(question, language_of_question(question)))
        return [(one, CandidateText(self.lines[one.article_id, one.number])) for one in found]

    def ask(self, question: str) -> SearchResult:
        return Searcher(self.index, self.texts).find(question)

    def quote(self, one: Evidence) -> str:
        return self.lines[one.article_id, one.number]
