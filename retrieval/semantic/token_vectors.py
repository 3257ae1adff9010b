"""What a text means together with what each of its tokens means where it stands."""

from dataclasses import dataclass

from retrieval.articles import Span
from retrieval.semantic.quantisation import Floats32


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The vector of a text, and a row for each of its tokens, which stands for the characters of a span.

    Spans are in order, and no letter is outside of all. Several tokens may stand for one character, such as
    for a ligature. Rows have any length. A text that says nothing has a vector of zeros and no tokens.
    """

    vector: Floats32
    spans: tuple[Span, ...]
    rows: Floats32

    def __post_init__(self) -> None:
        if len(self.spans) != len(self.rows):
            raise ValueError(f"{len(self.rows)} rows are not those of {len(self.spans)} tokens")
