"""Texts taken apart, as tests need them."""

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.languages.detection import language_of_question


def analysed(text: str, language: str | None = None) -> AnalysedText:
    """Return a text taken apart, by default in the language that a question would be taken to be in."""
    return AnalysedText.of(text, language or language_of_question(text))
