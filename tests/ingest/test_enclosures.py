"""Attachments: each is an article that knows its mail, and what fails costs itself and nothing else."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from retrieval.articles import Document
from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.adding import add_file
from retrieval.ingest.files import read_again, read_bytes, read_file
from retrieval.ingest.readings import Documents
from retrieval.ingest.texts import Metadata
from retrieval.storage.receipts import Outcome
from retrieval.storage.store import Store
from tests.support.packages import docx

PATH = Path("/articles/plans.eml")
BRIDGE = docx("<w:p><w:r><w:t>The bridge is green.</w:t></w:r></w:p>")


def mail(subject: str, *attached: tuple[str, bytes] | EmailMessage, said: str = "See below.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["Date"] = "Sat, 3 May 2025 10:00:00 +0500"
    message.set_content(said)
    for one in attached:
        if isinstance(one, EmailMessage):
            message.add_attachment(one)
        else:
            name, content = one
            message.add_attachment(content, "application", "octet-stream", filename=name)
    return message


def read(message: EmailMessage) -> Documents:
    return read_bytes(bytes(message), PATH, "mail", kept=False)


def told(document: Document) -> tuple[str, str | None, str | None]:
    return document.article.key, document.article.title, document.units[-1].locator


def test_what_is_attached_is_an_article_of_its_own() -> None:
    inner = mail("Old plans", ("hall.txt", b"The hall\n\nThe hall is red.\n"), said="They are old.")
    read_documents = read(mail("Plans", ("bridge.docx", BRIDGE), inner))
    assert [told(document) for document in read_documents] == [
        ("mail", "Plans", "line 1"),
        ("mail#bridge.docx", "bridge", "attachment bridge.docx, paragraph 1"),
        ("mail#Old plans.eml", "Old plans", "attachment Old plans.eml, line 1"),
        (
            "mail#Old plans.eml#hall.txt",
            "The hall",
            "attachment hall.txt of attachment Old plans.eml, line 3",
        ),
    ]
    originals = {document.original and document.original.name for document in read_documents}
    assert originals == {PATH.name}, "it is what all are read from again"


def test_an_attachment_that_cannot_be_read_is_named_and_costs_itself_only(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "plans.eml"
    path.write_bytes(
        bytes(mail("Plans", ("torn.docx", BRIDGE[:90]), ("bridge.docx", BRIDGE), ("empty.txt", b" ")))
    )
    receipts = add_file(store, path, store.begin_edit())
    assert [(receipt.name, receipt.outcome) for receipt in receipts] == [
        (str(path), Outcome.ADDED),
        (str(path), Outcome.ADDED),
        (f"{path}!torn.docx", Outcome.FAILED),
    ]


def test_names_are_names_and_never_paths() -> None:
    names = ("../../etc/a.txt", "C:\\plans\\b.txt", "a.txt", "..", "c\td.txt")
    found = read(mail("Plans", *((name, f"It is {n}.".encode()) for n, name in enumerate(names))))
    assert [document.article.key for document in found] == [
        "mail", "mail#a.txt", "mail#b.txt", "mail#a.txt 2", "mail#c d.txt",
    ]  # fmt: skip


def test_a_mail_that_only_brings_something_is_no_article() -> None:
    [document] = read(mail("Plans", ("bridge.docx", BRIDGE), said=""))
    assert document.article.key == "mail#bridge.docx"
    with pytest.raises(EmptyArticleError):
        read(mail("Plans", ("picture.png", b"\x89PNG"), said=""))


def test_no_more_is_read_than_there_are_limits_for() -> None:
    deep = mail("0", said="It is 0.")
    for level in range(1, 9):
        deep = mail(str(level), deep, said=f"It is {level}.")
    assert len(read(deep)) == 5
    many = read(mail("Many", *((f"{n}.txt", b"It is one.") for n in range(510))))
    assert len(many) == 1 + 500
    assert {fault.fault for _, fault in many.unread if isinstance(fault, UnreadableFileError)} == {
        FileFault.EXCESS
    }


def test_what_is_told_of_a_mail_names_no_attachment() -> None:
    message = bytes(mail("Plans", ("bridge.docx", BRIDGE)))
    found = read_bytes(message, PATH, "mail", Metadata(title="My mail", source="Works"), kept=False)
    assert [(one.article.title, one.article.source) for one in found] == [
        ("My mail", "Works"),
        ("bridge", "Works"),
    ]


def test_an_attachment_is_read_anew_from_its_mail(tmp_path: Path) -> None:
    path = tmp_path / "plans.eml"
    path.write_bytes(bytes(mail("Plans", ("bridge.docx", BRIDGE))))
    for document in read_file(path):
        assert read_again(document).units == document.units
