"""The day of publication that stands in the head of a text, among other words."""

from datetime import date
from pathlib import Path

import pytest

from retrieval.ingest.files import read_bytes

BODY = {
    "en": "The bridge over the river was opened by the mayor.",
    "ru": "Мост через реку открыл аким города.",
    "kk": "Өзен үстіндегі көпірді қала әкімі ашты.",
}


def published(text: str, name: str = "a.txt") -> date | None:
    (document,) = read_bytes(text.encode(), Path(name), "key")
    return document.article.published


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"Bridge opens\n\nOrda Daily, 12 April 2025, 14:35\n\n{BODY['en']}\n", date(2025, 4, 12)),
        (f"Ferry returns\n\nBy Anna Lee | June 3, 2025\n\n{BODY['en']}\n", date(2025, 6, 3)),
        (f"Storm\n\nKonayev, 27 May 2025 – {BODY['en']}\n", date(2025, 5, 27)),
        (
            f"Policy\n\nVersion 4, approved by the Board on 3 February 2025.\n\n{BODY['en']}\n",
            date(2025, 2, 3),
        ),
        (f"ДОГОВОР\n\nг. Алматы «01» марта 2025 г.\n\n{BODY['ru']}\n", date(2025, 3, 1)),
        (f"ПРАВИЛА\n\nутверждены приказом от 15 января 2025 г. № 12\n\n{BODY['ru']}\n", date(2025, 1, 15)),
        (f"Протокол № 3 от 14.02.2025\n\n{BODY['ru']}\n", date(2025, 2, 14)),
        (f"АСТАНА, 5 мая 2025 года. {BODY['ru']}\n", date(2025, 5, 5)),
        (f"Алматы. 18 сентября 2024 года. {BODY['ru']}\n", date(2024, 9, 18)),
        (f"Ереже\n\n2025 жылғы «03» мамыр\n\n{BODY['kk']}\n", date(2025, 5, 3)),
        (f"Ереже\n\n2025 жылғы 3 мамырда бекітілген\n\n{BODY['kk']}\n", date(2025, 5, 3)),
    ],
)
def test_the_head_of_a_text_tells_the_day(text: str, day: date, name: str) -> None:
    assert published(text, name) == day


@pytest.mark.parametrize(
    "text",
    [
        "War\n\nThe war ended on 9 May 1945 in Berlin. It was long.\n",
        "Town\n\nThe town was founded on 3 May 1885. It grew.\n",
        "Lease\n\nThe lease begins on 1 July 2025 and ends on 30 June 2026. The rent is 100.\n",
        "Riots in Paris, 3 May 1968\n\nStudents built barricades in the streets.\n",
        "Budget\n\nDeadline: 28 March 2025\n\nThe budget goes to the council.\n",
        "Anna Lee (3 May 1885 – 9 June 1950)\n\nShe painted.\n",
        f"Kosmos Magazine, June 2024\n\n{BODY['en']}\n",
        f"Город\n\n{BODY['ru']}\n{BODY['ru']}\n{BODY['ru']}\n{BODY['ru']}\nАстана, 5 мая 2025 года. Всё.\n",
    ],
)
def test_a_day_that_is_told_of_is_no_day_of_publication(text: str) -> None:
    assert published(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"Updated: 3 March 2025\nPublished: 1 January 2020\n\n{BODY['en']}\n",
        f"Обновлено: 3 марта 2025\nОпубликовано: 1 января 2020\n\n{BODY['ru']}\n",
        f"Published: 1 January 2020\nUpdated: 3 March 2025\n\n{BODY['en']}\n",
    ],
)
def test_the_day_of_a_change_gives_way_to_that_of_publication(text: str) -> None:
    assert published(text) == date(2020, 1, 1)


def test_the_day_of_a_change_is_better_than_none() -> None:
    assert published(f"Canal\n\nUpdated: 3 March 2025\n\n{BODY['en']}\n") == date(2025, 3, 3)
