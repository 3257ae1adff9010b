"""Collections: several shelves of articles in one data folder, filled and asked apart."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Result, derek

LEAVE, VPN = "Leave is applied for in Tulip.\n", "The VPN is switched on in Falcon.\n"


@pytest.fixture(name="shelves")
def folder_with_two_collections(data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shelves"
    folder.mkdir()
    (folder / "leave.txt").write_text(LEAVE)
    (folder / "vpn.md").write_text(f"---\ncollection: IT\n---\n{VPN}")
    assert derek("add", "--keep-samples", "--in", "HR", folder / "leave.txt").code == 0
    assert derek("add", folder / "vpn.md").code == 0
    return folder


def collections(*arguments: str) -> dict[str, str | None]:
    """Return the collection of each article that has a file, by the name of that."""
    entries: list[dict[str, Any]] = derek("list", "--json", *arguments).lines
    return {Path(entry["origin"]).name: entry["collection"] for entry in entries if entry["origin"]}


def cited(*arguments: str) -> set[str]:
    answer = derek("search", "--json", *arguments)
    return {Path(citation["origin"] or "-").name for citation in answer.json["citations"]}


# Into a collection


def test_articles_are_in_the_collection_that_is_told_or_that_their_file_names(shelves: Path) -> None:
    assert collections() == {"leave.txt": "hr", "vpn.md": "it"}
    assert collections("--in", "Hr") == {"leave.txt": "hr"}
    assert collections("--in", "hr", "--in", "it") == collections()
    listed = derek("list", "--in", "hr").out
    assert listed.splitlines()[0].endswith(" leave · English · in hr · 1 sentence")
    assert len(derek("list", "--json").lines) == 7
    assert "\nCollections: hr (1), it (1).\n" in derek("about").out


def test_an_article_is_shown_with_its_collection(shelves: Path) -> None:
    (entry,) = derek("list", "--json", "--in", "hr").lines
    assert "English · in hr\n" in derek("show", entry["article_id"]).out
    assert derek("show", "--json", entry["article_id"]).json["collection"] == "hr"


def test_what_is_added_again_stays_in_its_collection_and_moves_to_another_that_is_told(shelves: Path) -> None:
    leave = shelves / "leave.txt"
    assert derek("add", "--json", leave).json["outcome"] == "duplicate"
    leave.write_text(LEAVE + "And in writing.\n")
    assert derek("add", "--json", leave).json["outcome"] == "updated"
    assert collections()["leave.txt"] == "hr"
    assert derek("add", "--json", "--in", "home", leave).json["outcome"] == "updated"
    assert collections()["leave.txt"] == "home"
    assert derek("undo").code == 0
    assert collections()["leave.txt"] == "hr"
    assert derek("redo").code == 0
    assert collections()["leave.txt"] == "home"


def test_what_is_told_goes_before_what_the_file_names(shelves: Path) -> None:
    derek("add", "--in", "home", shelves / "vpn.md")
    assert collections()["vpn.md"] == "home"


def test_a_piped_text_and_a_folder_go_into_a_collection_too(data: Path, tmp_path: Path) -> None:
    derek("add", "--keep-samples", "--in", "home", "-", given="The boiler is serviced in May.\n")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("The roof is flat.\n")
    derek("add", "--in", "home", tmp_path / "notes")
    assert [entry["collection"] for entry in derek("list", "--json").lines][:3] == ["home", "home", None]


def test_what_was_removed_comes_back_into_its_collection(shelves: Path) -> None:
    (entry,) = derek("list", "--json", "--in", "hr").lines
    derek("remove", entry["article_id"])
    assert "leave.txt" not in collections()
    derek("restore", entry["article_id"])
    assert collections("--in", "hr") == {"leave.txt": "hr"}


@pytest.mark.parametrize("name", ["hr dept", "", "any", "hr/it", "x" * 41])
@pytest.mark.parametrize("command", [("add",), ("sync",), ("list",), ("ask",), ("search",)])
def test_what_can_be_no_name_is_refused(data: Path, tmp_path: Path, command: tuple[str], name: str) -> None:
    words = () if command == ("list",) else (tmp_path,)
    refused = derek(*command, "--in", name, *words)
    assert refused.code == 2
    assert f"no collection can be called {name!r}; use letters, digits, - and _, 40 at most" in refused.error


def test_a_file_that_names_a_wrong_collection_is_not_added_unless_another_is_told(shelves: Path) -> None:
    bad = shelves / "bad.md"
    bad.write_text("---\ncollection: Human resources\n---\nA badge opens the gate.\n")
    failed = derek("add", bad)
    assert failed.code == 1
    assert f"{bad}: no collection can be called 'Human resources'; use letters" in failed.out
    assert derek("add", "--in", "hr", bad).code == 0
    assert collections()["bad.md"] == "hr"


# In step with a folder


def test_a_folder_is_brought_into_a_collection(shelves: Path) -> None:
    (shelves / "new.txt").write_text("The canteen opens at noon.\n")
    synced = derek("sync", "--in", "work", shelves)
    assert (synced.code, synced.out.splitlines()[-1]) == (0, "In all: 1 added · 2 updated.")
    assert set(collections().values()) == {"work"}
    assert derek("sync", "--in", "work", shelves).out == "In all: 3 unchanged.\n"
    assert derek("sync", shelves).out == "In all: 3 unchanged.\n"
    (shelves / "new.txt").rename(shelves / "moved.txt")
    (shelves / "leave.txt").write_text(LEAVE + "And in writing.\n")
    derek("sync", shelves)
    assert collections() == {"moved.txt": "work", "leave.txt": "work", "vpn.md": "work"}
    for _ in range(2):
        derek("undo")
    assert collections() == {"leave.txt": "hr", "vpn.md": "it"}


def test_what_was_moved_goes_into_the_collection_that_is_told(shelves: Path) -> None:
    (shelves / "leave.txt").rename(shelves / "holidays.txt")
    assert "1 moved" in derek("sync", "--in", "home", shelves).out
    assert collections()["holidays.txt"] == "home"


def test_a_file_in_another_encoding_goes_into_another_collection_as_it_was_read(
    data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "notes" / "old.txt"
    path.parent.mkdir()
    path.write_bytes("Ключ лежит у вахтёра.\n".encode("cp866"))
    assert derek("add", "--encoding", "cp866", path).code == 0
    assert "1 updated" in derek("sync", "--in", "home", path.parent).out
    (entry,) = derek("list", "--json", "--in", "home").lines
    assert derek("show", "--json", entry["article_id"]).json["text"].startswith("Ключ лежит")


# Asking


def test_only_the_collections_asked_for_answer(shelves: Path) -> None:
    topic = "Tulip Falcon Kazakhstan"
    assert cited(topic) >= {"leave.txt", "vpn.md", "-"}
    assert cited("--in", "hr", topic) == {"leave.txt"}
    assert cited("--in", "hr", "--in", "IT", topic) == {"leave.txt", "vpn.md"}
    assert derek("ask", "--in", "it", "Where is the VPN switched on?").code == 0
    refused = derek("ask", "--in", "hr", "Where is the VPN switched on?")
    assert (refused.code, "Falcon" in refused.out) == (1, False)


@pytest.mark.parametrize("index", ["memory", "disk"])
@pytest.mark.parametrize("question", ["Где включают VPN?", "VPN қайда қосылады?", "Falcon"])
def test_every_index_and_language_keeps_to_the_collections(
    shelves: Path, tmp_path: Path, index: str, question: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[index]\nkind = "{index}"\n')

    def origins(*limits: str) -> set[str]:
        answer = derek("--config", config, "ask", "--json", "--min-confidence", "0", *limits, question)
        return {Path(citation["origin"] or "-").name for citation in answer.json["citations"]}

    assert "vpn.md" in origins()
    assert "vpn.md" in origins("--in", "it")
    assert origins("--in", "hr") <= {"leave.txt"}
    derek("add", "--in", "hr", shelves / "vpn.md")
    assert "vpn.md" in origins("--in", "hr")
    assert derek("--config", config, "ask", "--in", "it", question).code == 2


@pytest.mark.parametrize("command", [("ask", "Who?"), ("search", "gas"), ("list",)])
def test_a_collection_that_no_article_is_in_is_refused(shelves: Path, command: tuple[str, ...]) -> None:
    refused: Result = derek(command[0], "--in", "legal", *command[1:])
    assert refused.code == 2
    assert "no article has the collection 'legal'; there are: hr (1), it (1)" in refused.error


def test_a_folder_that_is_asked_has_the_collections_that_its_files_name(shelves: Path) -> None:
    assert cited("--from", str(shelves), "--in", "it", "Falcon Tulip") == {"vpn.md"}


# A conversation


def test_a_conversation_keeps_to_its_collection_and_the_next_one_does_not(shelves: Path) -> None:
    asked = "Where is the VPN switched on?\n/settings in it\n/settings\n"
    talk = derek("chat", "--in", "hr", given=asked).out
    assert talk.startswith("Ask about 1 article.")
    assert "In this chat only some articles answer (collections: hr).\n" in talk
    assert "Falcon" not in talk
    assert "No article is in the collection “it”. The collections: hr." in talk
    assert "Collections: hr." in talk
    after = derek("chat", given=f"{asked}/settings in any\n").out
    assert "Falcon" in after
    assert "Collections: it." in after
    assert derek("chat", "--in", "legal").code == 2


def test_a_conversation_that_was_limited_before_is_about_the_collection_that_is_told(shelves: Path) -> None:
    derek("chat", given="/settings in it\n")
    assert "Tulip" in derek("chat", "--in", "hr", given="Where is leave applied for?\n").out
    assert (
        "only some articles answer (collections: it). /settings changes that." in derek("chat", given="").out
    )
