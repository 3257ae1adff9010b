"""What several sentences of one answer say alike: those of articles that are copies of one another.

sentences ─ shared words ─▶ pairs ─ say the same ─▶ pairs ─ of copies ─▶ what each says
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import combinations

from retrieval.analysis.words import words
from retrieval.articles import StoredSentence
from retrieval.copies.sameness import Saying

#: Where a sentence stands: its article's id, and its number there.
Place = tuple[str, int]

#: Tells, of articles by their ids with the digests of their texts, which are copies of one another.
CopyPairs = Callable[[Mapping[str, str]], Collection[tuple[str, str]]]

#: How many of the longer sentence's words another one has at least, to be looked at more closely: numbers may
#: be written otherwise, and a credit is much of a short sentence. Chosen by eye.
_SHARED = 0.5


def no_copies(_digests: Mapping[str, str]) -> Collection[tuple[str, str]]:
    """Tell of no copies: only what is equal word for word is the same."""
    return ()


def sayings(sentences: Mapping[Place, StoredSentence], copies: CopyPairs) -> dict[Place, str]:
    """Return what those sentences say that say what others say in other words: one text for all of them.

    In whatever order they are given. That is seldom, so the articles are compared only then.
    """
    pairs = list(_said_alike(sentences))
    if not pairs:
        return {}
    digests = {place[0]: sentences[place].digest for pair in pairs for place in pair}
    known = copies(digests)
    said = _Joined({place: sentence.text.casefold() for place, sentence in sentences.items()})
    for one, other in pairs:
        if (one[0], other[0]) in known:
            said.join(one, other)
    return said.changed


def _said_alike(sentences: Mapping[Place, StoredSentence]) -> Iterator[tuple[Place, Place]]:
    """Yield the pairs of sentences of two articles that say the same in other words."""
    held = {place: frozenset(words(sentence.text)) for place, sentence in sentences.items()}
    read: dict[Place, Saying] = {}
    for one, other in combinations(sorted(held, key=lambda place: (len(held[place]), place)), 2):
        least = _SHARED * len(held[other])
        if len(held[one]) < least or len(held[one] & held[other]) < least or one[0] == other[0]:
            continue
        pair = sentences[one], sentences[other]
        if pair[0].language != pair[1].language or pair[0].text.casefold() == pair[1].text.casefold():
            continue
        for place in (one, other):
            if place not in read:
                read[place] = Saying.of(sentences[place].text, sentences[place].language)
        if read[one].is_said_by(read[other]):
            yield one, other


class _Joined:
    """Texts by place, and which of them are joined: the first of them in the alphabet stands for all."""

    def __init__(self, texts: Mapping[Place, str]) -> None:
        self._texts = texts
        self._standing: dict[str, str] = {}

    def join(self, one: Place, other: Place) -> None:
        """Let one text stand for those at two places, and for all that were joined with either."""
        first, second = sorted(self._of(self._texts[place]) for place in (one, other))
        if first != second:
            self._standing[second] = first

    @property
    def changed(self) -> dict[Place, str]:
        """What stands at the places whose text is joined to another one."""
        return {place: said for place, text in self._texts.items() if (said := self._of(text)) != text}

    def _of(self, text: str) -> str:
        while text in self._standing:
            text = self._standing[text]
        return text
