"""Mailboxes, in which one mail follows another: each is a document of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.errors import FileFault
from retrieval.ingest.formats.mail import enclosed_in, header_of, parsed, reading_of
from retrieval.ingest.readings import (
    FAULTS_OF_PARTS,
    Enclosed,
    Reading,
    Refused,
    UnreadableContentError,
    refused,
    told_apart,
)

#: How many mails are read of a mailbox.
_MOST = 5_000

#: The line before a mail: behind an empty one, and before the first of its heads.
_BETWEEN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=[\x21-\x39\x3b-\x7e]+:)")

#: What writers of mailboxes put before a line that would be such a one.
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(content: bytes, encoding: str | None = None) -> list[Reading | Enclosed | Refused]:
    """Return the mails of a mailbox, what is attached to them, and those that cannot be read.

    Raises `UnreadableContentError`.
    """
    readings: dict[str, Reading] = {}
    enclosed: list[Enclosed] = []
    faults: list[Refused] = []
    for number, mail in enumerate(_mails(content), 1):
        try:
            message = parsed(mail)
            reading = reading_of(message, encoding, f"message {number}")
        except FAULTS_OF_PARTS as error:
            faults.append(refused(f"message {number}", error))
            continue
        part = header_of(message, "message-id").strip("<>")
        # The same mail may be in a mailbox twice.
        if not part or part in readings:
            part = told_apart(reading, readings)
        readings[part] = replace(reading, part=part)
        enclosed += enclosed_in(message, f" of message {number}", f"{part}/")
    return [*readings.values(), *enclosed, *faults]


def _mails(content: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox."""
    starts = [match.span() for match in _BETWEEN.finditer(content)]
    if not starts:
        raise UnreadableContentError(FileFault.DAMAGED, "no mail begins in it")
    if len(starts) > _MOST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_MOST:,} mails")
    ends = [start for start, _ in starts[1:]]
    for (_, begin), end in zip(starts, [*ends, len(content)], strict=True):
        yield _ESCAPED.sub(rb"\1", content[begin:end])
