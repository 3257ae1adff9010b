"""Imported where processes are forked from: the tables of the languages are read once, and not by each."""

from retrieval.analysis.mentions import mentions
from retrieval.analysis.terms import terms
from retrieval.languages import KNOWN
from retrieval.questions.question import Question

for _language in KNOWN:
    terms("In 2022 Tokayev met Putin in Kazan.", _language)
    mentions("In 2022 Tokayev met Putin in Kazan.", _language)
for _text in ("Who met Putin in 2022?", "Кто встретил Токаева в 2022 году?", "Тоқаевты кім шақырды?"):
    Question.of(_text)
