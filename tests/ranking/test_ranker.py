"""Rank: candidates to evidence."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.searcher import Searcher, SearchResult, nearest
from retrieval.articles import SentenceKind, Span, StoredSentence
from retrieval.filters import Filter
from retrieval.questions.keyboards import readings
from retrieval.questions.question import Question
from retrieval.ranking.features import BY_MEANING, GROUPS
from retrieval.ranking.ranker import Evidence, Pool, confidence_features, contributions, rank
from retrieval.ranking.weights import Linear, Weights, weights
from retrieval.semantic.language_vectors import ArticleVectors, SentenceSimilarity
from retrieval.semantic.neighbours import VectorIndex
from retrieval.semantic.quantisation import QuantisedVectors
from retrieval.semantic.similarity import SnapshotSimilarity
from retrieval.semantic.word_vectors import WordVectors
from tests.support.corpus import Corpus

TEXTS = {
    "bridge": ["The bridge was opened in May 1931.", "The bridge was opened by Ivan Petrov.", "It is long."],
    "wheat": ["Farmers sold wheat to China.", "Rye grew well.", "Nobody bought rye, because it was dear."],
    "мост": ["Мост открыли в мае 1931 года.", "Мост построил инженер Иванов.", "Он длинный."],
}
WORDS = sorted({word for lines in TEXTS.values() for line in lines for word in line.strip(".").split()})
QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@pytest.fixture(scope="module", name="corpus")
def small_corpus() -> Corpus:
    return Corpus(TEXTS)


@given(question=QUESTIONS)
def test_evidence_is_the_candidates_the_surest_first(corpus: Corpus, question: str) -> None:
    pairs = corpus.read(question)
    evidence = rank(Question.plain(question), pairs)
    assert {(piece.article_id, piece.number, piece.sentence) for piece in evidence} == {
        (candidate.article_id, candidate.number, sentence) for candidate, sentence in pairs
    }
    assert [piece.probability for piece in evidence] == sorted(
        (piece.probability for piece in evidence), reverse=True
    )


@given(data=st.data(), question=QUESTIONS)
def test_the_order_of_the_candidates_does_not_matter(
    corpus: Corpus, data: st.DataObject, question: str
) -> None:
    pairs = corpus.read(question)
    shuffled = data.draw(st.permutations(pairs))
    assert [
        (piece.article_id, piece.number, piece.probability) for piece in rank(Question.plain(question), pairs)
    ] == [
        (piece.article_id, piece.number, piece.probability)
        for piece in rank(Question.plain(question), shuffled)
    ]


@given(question=QUESTIONS)
def test_the_reasons_add_up_to_the_order(corpus: Corpus, question: str) -> None:
    sums = [sum(piece.reasons.values()) for piece in rank(Question.plain(question), corpus.read(question))]
    assert sums == pytest.approx(sorted(sums, reverse=True))
    assert sum(sums) == pytest.approx(0, abs=1e-6)


def test_equally_sure_evidence_stands_by_article_and_number() -> None:
    corpus = Corpus({key: ["Farmers sold wheat."] for key in "cab"})
    evidence = corpus.ask("Who sold wheat?").evidence
    assert len({piece.probability for piece in evidence}) == 1
    assert [piece.article_id for piece in evidence] == sorted(piece.article_id for piece in evidence)


def test_equally_sure_evidence_of_several_languages_stands_by_article_as_well() -> None:
    spoken = {f"{language}: {key}": ["Zzz 26."] for key in "abcdef" for language in ("de", "fr", "it")}
    evidence = Corpus(spoken).ask("Zzz 26").evidence
    assert len(evidence) == len(spoken)
    assert len({piece.probability for piece in evidence}) == 1
    assert [piece.article_id for piece in evidence] == sorted(piece.article_id for piece in evidence)


@pytest.mark.parametrize("question", ["When was the bridge opened?", "Кто построил мост?", "wheat rye"])
def test_the_odds_of_the_others_lie_lower_by_what_their_scores_lack(corpus: Corpus, question: str) -> None:
    evidence = [piece for piece in corpus.ask(question).evidence if piece.probability > 1e-5]
    assert len(evidence) > 1
    odds = [np.log(piece.probability / (1 - piece.probability)) for piece in evidence]
    scores = [sum(piece.reasons.values()) for piece in evidence]
    lower = [weights(meaning=False).slope * (scores[0] - score) for score in scores]
    assert [odds[0] - other for other in odds] == pytest.approx(lower, abs=1e-3)


def test_each_language_is_weighed_by_its_own_weights(corpus: Corpus) -> None:
    pool = Pool.of(Question.plain("Что было в мае 1931?"), corpus.read("Что было в мае 1931?"))
    assert set(pool.same) == {0, 1}
    nothing = Linear(("numbers",), np.zeros(1), np.ones(1), np.zeros(1), 0.0)
    for of_same, of_other in ((2.0, 0.0), (0.0, 3.0)):
        same, other = (replace(nothing, weights=np.array([weight])) for weight in (of_same, of_other))
        added = contributions(pool, Weights(same, other, nothing, 1.0))
        weight = np.where(pool.same > 0, of_same, of_other)
        assert added[:, 0].tolist() == (weight * pool.values["numbers"]).tolist()
        assert added.any()


def test_a_sentence_is_no_rival_to_its_copies() -> None:
    alone = Corpus({"a": ["Farmers sold wheat.", "Rye grew."]}).ask("Who sold wheat?")
    copied = Corpus({key: ["Farmers sold wheat.", "Rye grew."] for key in "abc"}).ask("Who sold wheat?")
    assert copied.probability > 0.5 * alone.probability


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the bridge opened?", "The bridge was opened in May 1931."),
        ("Who opened the bridge?", "The bridge was opened by Ivan Petrov."),
        ("Why did nobody buy rye?", "Nobody bought rye, because it was dear."),
        ("Когда открыли мост?", "Мост открыли в мае 1931 года."),
        ("Кто построил мост?", "Мост построил инженер Иванов."),
    ],
)
def test_what_the_question_expects_comes_first(corpus: Corpus, question: str, expected: str) -> None:
    assert corpus.quote(corpus.ask(question).evidence[0]) == expected


def test_a_number_is_found_in_the_other_language(corpus: Corpus) -> None:
    assert corpus.quote(corpus.ask("Что было в мае 1931?").evidence[0]) == "Мост открыли в мае 1931 года."
    foreign = Corpus({"bridge": TEXTS["bridge"]})
    assert foreign.quote(foreign.ask("Что было в мае 1931?").evidence[0]) == TEXTS["bridge"][0]


def test_a_title_stands_behind_a_sentence_that_matches_as_well() -> None:
    corpus = Corpus({key: ["Farmers sold wheat."] for key in "ab"})
    first = min(corpus.sentences)
    corpus.sentences[first] = replace(corpus.sentences[first], title="Farmers sold wheat.")
    evidence = corpus.ask("Who sold wheat?").evidence
    assert [piece.article_id for piece in evidence] == sorted(
        (piece.article_id for piece in evidence), reverse=True
    )


def test_what_the_articles_answer_is_surer_than_what_they_do_not(corpus: Corpus) -> None:
    answered = corpus.ask("When was the bridge opened?").probability
    assert answered > 2 * corpus.ask("When was the tunnel of Almaty opened?").probability
    assert corpus.ask("Xylophone?").probability == 0


def test_a_candidate_whose_text_went_is_no_evidence(corpus: Corpus) -> None:
    question = "When was the bridge opened?"
    first = corpus.ask(question).evidence[0]
    place = first.article_id, first.number
    for changed in (None, replace(first.sentence, digest="of another text")):
        late = Corpus(TEXTS)
        if changed is None:
            del late.sentences[place]
        else:
            late.sentences[place] = changed
        rest = late.ask(question).evidence
        assert rest
        assert place not in {(piece.article_id, piece.number) for piece in rest}


def test_a_question_in_another_keyboard_layout_is_read_as_it_was_meant(corpus: Corpus) -> None:
    result = corpus.ask("ulf gjcnhjbkb vjcn")
    assert result.question.without_period.text == "гда построили мост"
    assert corpus.quote(result.evidence[0]) == "Мост построил инженер Иванов."


def test_articles_in_a_language_that_nobody_knows_rank_as_those_in_ones_own() -> None:
    corpus = Corpus(
        {"de: Brücke": ["Die Brücke ist 29 Meter lang.", "Mimar Hayruddin baute die Brücke.", "12. Mai 2019"]}
    )
    result = corpus.ask("Wer baute die Brücke?")
    assert corpus.quote(result.evidence[0]) == "Mimar Hayruddin baute die Brücke."
    assert result.evidence[0].reasons["language"] == 0
    assert corpus.ask("Wer baute die Brücke?").probability > 3 * corpus.ask("Wer malte die Kuh?").probability


def test_another_layout_is_not_taken_for_what_is_hardly_surer(corpus: Corpus) -> None:
    for question in ("Wer hat Tokajew eingeladen?", "camel winter food", "Einstein birthday"):
        assert corpus.ask(question).question.without_period.text == question


# What was typed in the wrong layout may stand in an article as well: "когда открыли мост" is asked here.
MISTYPED = "rjulf jnrhskb vjcn"
TYPED = [
    ["Rye grew."],
    ["Rjulf."],
    ["Jnrhskb."],
    ["Jnrhskb was said by Ann Lee in Oral."],
    ["Vjcn was shut.", "Jnrhskb was read by few."],
    ["Vjcn is long."],
    ["Vjcn jnrhskb."],
    ["It said vjcn jnrhskb d vft."],
    ["Somebody typed vjcn jnrhskb by mistake, and nobody read it."],
]
MEANT = [
    ["Мост длинный."],
    ["Мост открыли в мае 1931 года."],
    ["Открыли дорогу.", "Рожь выросла."],
    ["Открыли."],
    ["О мосте писали все."],
    ["Мостовая длинная."],
    ["Мост закрыли.", "Дорогу открыли."],
    ["Мост давно закрыли.", "Дорогу открыли."],
    ["Мост длинный.", "Дорогу открыли в мае."],
    ["Мост закрыли.", "Рожь выросла.", "Дорогу открыли."],
    ["Никто не видел моста, когда открыли дорогу, и все об этом забыли."],
]


def test_another_layout_is_taken_if_it_is_a_tenth_sure_and_twice_as_sure_as_what_was_written() -> None:
    (meant,) = readings(MISTYPED)
    taken, untaken = list[tuple[float, float]](), list[tuple[float, float]]()
    for typed, lines in product(TYPED, MEANT):
        corpus = Corpus({"typed": typed, "мост": lines})
        written, other = (
            next((piece.probability for piece in rank(Question.plain(reading), corpus.read(reading))), 0.0)
            for reading in (MISTYPED, meant)
        )
        result = corpus.ask(MISTYPED)
        sure = other >= 0.1 and other >= 2 * written
        assert (result.question.without_period.text, result.probability) == (
            (meant, other) if sure else (MISTYPED, written)
        )
        (taken if sure else untaken).append((written, other))
    # Else the law would say nothing of what is between: hardly surer, just surer enough, and sure of nothing.
    assert any(1.1 * written < other for written, other in untaken if other > 0.1)
    assert any(1.8 * written < other for written, other in untaken if other > 0.1)
    assert any(other < 2.3 * written for written, other in taken)
    assert any(0 == written < other for written, other in untaken)


def test_no_candidates_are_no_evidence(corpus: Corpus) -> None:
    assert rank(Question.plain("Anything?"), []) == []
    assert SearchResult(Question.plain("Anything?"), []).probability == 0


def likeness_to(corpus: Corpus, place: tuple[str, int]) -> SnapshotSimilarity:
    """Return a likeness that a sentence is nearest to."""
    chance = np.random.default_rng(3)
    rows = chance.standard_normal((len(corpus.lines), 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vector_index = VectorIndex(16)
    places = sorted(corpus.lines)
    for article_id in {article_id for article_id, _ in places}:
        own = [at for at, other in enumerate(places) if other[0] == article_id]
        numbers = [places[at][1] for at in own]
        language = "ru" if any(letter >= "а" for at in own for letter in corpus.lines[places[at]]) else "en"
        embedded = ArticleVectors(
            article_id, language, numbers, QuantisedVectors.of(rows[own].astype(np.float32))
        )
        vector_index.update([embedded])
    word_vectors = WordVectors(lambda named: np.zeros((len(named), 16), np.float32), {})
    vector = rows[places.index(place)].astype(np.float32)
    ids = {article_id for article_id, _ in places}
    return SnapshotSimilarity(vector_index.snapshot, word_vectors, vector, "en", lambda _: ids)


def test_what_is_near_is_found_and_comes_first_without_a_word_in_common(corpus: Corpus) -> None:
    for place in corpus.lines:
        similarity = likeness_to(corpus, place)
        result = Searcher.over(corpus.index, corpus, lambda *_, similarity=similarity: similarity).find(
            Question.plain("Xylophone?")
        )
        first = result.evidence[0]
        assert (first.article_id, first.number) == place
        assert first.reasons["meaning"] > 0


def test_only_languages_that_the_filter_admits_are_near(corpus: Corpus) -> None:
    similarity = likeness_to(corpus, next(iter(corpus.lines)))
    languages = {place: "ru" if line[0] > "z" else "en" for place, line in corpus.lines.items()}
    for admitted in ({"en"}, {"ru"}, {"en", "ru"}):
        near = nearest(similarity.among(Filter(languages=frozenset(admitted))))
        assert {languages[place] for place in near} == admitted
    assert nearest(similarity) == near
    assert nearest(None) == frozenset()


def test_so_many_of_each_language_are_near_that_one_of_them_may_well_answer() -> None:
    lines = {
        key: [f"{word} {number}." for number in range(40)] for key, word in (("a", "Rye"), ("рожь", "Рожь"))
    }
    corpus = Corpus(lines)
    similarity = likeness_to(corpus, min(corpus.lines))
    languages = {place: "ru" if line[0] > "z" else "en" for place, line in corpus.lines.items()}
    places = sorted(corpus.lines)
    similarities = dict(zip(places, similarity.sentences(places), strict=True))
    near = nearest(similarity)
    for language in ("en", "ru"):
        own = [place for place in places if languages[place] == language]
        ranked = sorted(own, key=lambda place: -(similarities[place] or SentenceSimilarity(-1, -1)).sentence)
        assert near & set(own) == set(ranked[:24])


def test_without_a_likeness_meaning_is_no_reason(corpus: Corpus) -> None:
    evidence = corpus.ask("When was the bridge opened?").evidence
    assert {piece.reasons["meaning"] for piece in evidence} == {0}


def test_the_weights_are_those_of_all_features() -> None:
    names = [name for group in GROUPS.values() for name in group]
    of_words = [name for group, features in GROUPS.items() if group not in BY_MEANING for name in features]
    for by, expected in ((weights(meaning=True), names), (weights(meaning=False), of_words)):
        assert sorted(by.same.names) == sorted(by.other.names) == sorted(expected)
    assert len(set(names)) == len(names)


def test_a_value_is_weighed_in_deviations_from_its_mean_and_says_no_more_beyond_five() -> None:
    linear = Linear(("a", "b"), np.array([1.0, 0.0]), np.array([2.0, 0.5]), np.array([1.0, 1.0]), 0.0)
    values = {"b": np.array([0.5, -2.5, 2.4, -2.6, 0]), "a": np.array([1.0, 3.0, 11.0, 12.0, -1000.0])}
    assert linear.standard(values).tolist() == [[0, 1], [1, -5], [5, 4.8], [5, -5], [-5, 0]]


def test_a_copy_in_other_letters_is_no_rival_either() -> None:
    question, lines = "Who sold wheat?", ["Millers sold wheat.", "MILLERS SOLD WHEAT."]
    pool = Pool.of(Question.plain(question), Corpus({"a": lines}).read(question))
    features = confidence_features(pool, np.array([1.0, 1.0]), 0)
    assert (features["lead"].item(), features["chance"].item()) == (5, 1)


def test_of_each_language_so_many_are_weighed_for_their_words() -> None:
    corpus = Corpus({key: [f"{key} 26 {number}." for number in range(40)] for key in ("rye", "рожь")})
    assert len(corpus.ask("26").evidence) == 2 * 32


@pytest.mark.parametrize(("best", "lead"), [(0, 0.1), (1, -0.3), (2, -0.1)])
def test_the_best_is_trusted_by_how_much_nearer_it_is_than_the_nearest_other(best: int, lead: float) -> None:
    pairs = Corpus({"a": ["Wheat grew.", "Wheat fell.", "Wheat rose."]}).read("wheat")
    values = {"cosine": np.array([0.5, 0.2, 0.4]), "mixed": np.zeros(3), "coverage": np.zeros(3)}
    sentences, same = [sentence for _, sentence in pairs], np.array([1.0, 0.0, 1.0])
    candidates, sayings = [candidate for candidate, _ in pairs], [sentence.text for sentence in sentences]
    pool = Pool(candidates, sentences, sayings, same, np.zeros(3), values)
    features = confidence_features(pool, np.array([3.0, 2.0, 1.0]), best)
    assert features["cosine_lead"].item() == pytest.approx(lead)
    foreign = best == 1
    assert (features["other"].item(), features["other_cosine"].item()) == ((1, 0.2) if foreign else (0, 0))


def test_what_the_nearest_say_counts_though_their_words_are_not_the_best() -> None:
    corpus = Corpus({"a": [f"Wheat grew in {year}." for year in range(1901, 1907)]})
    question = "When did wheat grow?"
    for place in corpus.lines:
        pool = Pool.of(Question.plain(question), corpus.read(question), likeness_to(corpus, place), depth=2)
        numbers = [candidate.number for candidate in pool.candidates]
        dated = {numbers[row] for row, value in enumerate(pool.values["type_date"]) if value}
        assert dated == {*numbers[:2], place[1]}


def test_a_sentence_without_rivals_leads_by_as_much_as_a_value_may_say() -> None:
    alone, among = (
        Corpus({"a": lines})
        for lines in (["Farmers sold wheat."], ["Farmers sold wheat.", "Nobody sold rye."])
    )
    question = "Who sold wheat?"
    first = Pool.of(Question.plain(question), alone.read(question))
    features = confidence_features(first, np.array([1.0]), 0)
    assert (features["lead"].item(), features["chance"].item()) == (5, 1)
    both = Pool.of(Question.plain(question), among.read(question))
    for lead in (0.0, 0.5, 4.9):
        features = confidence_features(both, np.array([1.0, 1.0 - lead]), 0)
        assert features["lead"].item() == pytest.approx(lead)
        assert features["chance"].item() == pytest.approx(1 / (1 + np.exp(-lead)))
    assert confidence_features(both, np.array([1.0, -50.0]), 0)["lead"].item() == 5


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_evidence_refuses_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        Evidence("a", 0, StoredSentence("of a", "en", Span(0, 1), "x"), probability)


def test_a_sentence_with_the_numbers_of_the_question_goes_before_one_without() -> None:
    said = "Atyrau milled 150,000 tonnes of flour in May."
    corpus = Corpus({"a": ["Oral milled 1,500 tonnes of flour in May."], "b": [said]})
    first, second = corpus.ask("Who milled 150000 tonnes of flour?").evidence[:2]
    assert first.sentence.text == said
    assert first.probability > 2 * second.probability


@pytest.mark.parametrize("kind", [SentenceKind.CODE, SentenceKind.SENTENCE])
def test_code_stands_behind_what_is_said(kind: SentenceKind) -> None:
    corpus = Corpus({"a": ["Farmers sold wheat."], "b": ["Farmers sold wheat!"]})
    code, said = sorted(corpus.sentences)
    corpus.sentences[code] = replace(corpus.sentences[code], kind=kind)
    first = corpus.ask("Who sold wheat?").evidence[0]
    assert (first.place == said) is (kind is SentenceKind.CODE)


def test_lacking_a_number_counts_against_a_sentence_where_another_one_has_it() -> None:
    corpus = Corpus({"a": ["Oral milled 1,500 tonnes."], "b": ["Atyrau milled 150,000 tonnes."]})
    for question, lacking in (("Who milled 150000 tonnes?", {"Oral"}), ("Who milled 7 tonnes?", set[str]())):
        pool = Pool.of(Question.plain(question), corpus.read(question))
        behind = {
            sentence.text.split()[0]
            for sentence, handicap in zip(pool.sentences, pool.handicaps, strict=True)
            if handicap
        }
        assert behind == lacking
