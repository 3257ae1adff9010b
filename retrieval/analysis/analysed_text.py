"""A text in a language, taken apart once, as what is asked is passed on from room to room."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from retrieval.analysis.mentions import Mention, mentions
from retrieval.analysis.numbers import NumbersRead, read_numbers
from retrieval.analysis.places import place_keys
from retrieval.analysis.words import Token, function_words, tokens


@dataclass(frozen=True)
class AnalysedText:
    """A text, the language that it is taken to be in, and its words with their places."""

    text: str
    language: str
    tokens: tuple[Token, ...] = field(repr=False, compare=False)

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """Return a text in a language, taken apart."""
        return cls(text, language, tokens(text))

    def in_language(self, language: str) -> Self:
        """Return the same text, taken to be in another language."""
        return self if language == self.language else replace(self, language=language)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in their order, as they are compared."""
        return tuple(token.text for token in self.tokens)

    @cached_property
    def distinct_words(self) -> tuple[str, ...]:
        """Its words, each once."""
        return tuple(dict.fromkeys(self.words))

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """Its content words, each once: those that say what it is about.

        Function words are left out, unless there are no others: in a small corpus they are rare enough to
        outweigh the words that matter.
        """
        function = function_words(self.language)
        return tuple(word for word in self.distinct_words if word not in function) or self.distinct_words

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """What it mentions, ordered by where it begins; a mention may lie inside another."""
        return mentions(self.text, self.language)

    @cached_property
    def numbers(self) -> NumbersRead:
        """What it says in numbers."""
        return read_numbers(self.text, self.words)

    @cached_property
    def words_of_amounts(self) -> frozenset[str]:
        """The words that only stand in what may be written otherwise: 15 and 000 of 15,000."""
        inside: set[str] = set()
        outside: set[str] = set()
        for token in self.tokens:
            is_part = any(
                amount.start <= token.start and token.end <= amount.end for amount in self.numbers.amounts
            )
            (inside if is_part else outside).add(token.text)
        return frozenset(inside - outside)

    @cached_property
    def common_keys(self) -> tuple[str, ...]:
        """The cross-lingual keys that several of its words may make up together: places, numbers and days."""
        return (*place_keys(self.text, self.language), *self.numbers.keys)

    def words_within(self, mention: Mention) -> tuple[str, ...]:
        """Return the words of a mention, those included that it cuts."""
        return tuple(
            token.text for token in self.tokens if token.start < mention.end and mention.start < token.end
        )
