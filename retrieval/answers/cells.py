"""The cell of a table's row that answers: that of the column which the question names."""

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.answers.wording import QuestionWords, QuoteWords
from retrieval.articles import Span, cells


def cell(question: AnalysedText, row: AnalysedText, header: AnalysedText) -> Span | None:
    """Return where in a row the cell stands whose column a question names; None if that is not clear.

    It is the only column whose name has most words of the question, and a cell that the question does not
    say.

    >>> header = AnalysedText.of("Pump | Power, kW | Price", "en")
    >>> row = AnalysedText.of("Ertis-4 | 12 | 900 000", "en")
    >>> cell(AnalysedText.of("What is the power of the Ertis-4?", "en"), row, header)
    Span(start=10, end=12)
    """
    columns, own = cells(header.text), cells(row.text)
    if len(columns) != len(own):
        return None
    asked = QuestionWords.of(question, header.language)
    names, said = QuoteWords.of(header, asked), QuoteWords.of(row, asked)
    shares = [sum(names.matched[place] for place in names.within(column)) for column in columns]
    best = max(shares, default=0)
    if not best or shares.count(best) > 1:
        return None
    answer = own[shares.index(best)]
    places = said.within(answer)
    return answer if places and not all(said.same[place] for place in places) else None
