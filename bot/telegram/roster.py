"""Who may what, as administrators see and change it: people, groups and invitations."""

import asyncio
from collections.abc import Sequence

from telegram import Update

from bot.chats.access import Access, Member
from bot.chats.people import People
from bot.chats.persons import LastAdministratorError, Standing
from bot.phrases import Phrases
from bot.rendering import people as shown
from bot.rendering.blocks import Block, paragraph
from bot.telegram.groups import choices
from bot.telegram.notices import offer_menu
from bot.telegram.outgoing import Button, Keyboard, button
from bot.telegram.replies import Reply, alert, answered, redraw
from bot.telegram.requests import answers, tell_outcome
from bot.telegram.updates import Context, match_of, message_of, person_of, phrases_of, query_of, text_of
from retrieval.errors import CollectionNameError

#: What the data of the buttons look like: which list from where on; a person, what becomes of one; a group.
PAGE, PERSON = r":(people|groups|invitations):(\d{1,6})", r":(\d{1,15})"
STANDING, PLACE = r":(\d{1,15}):(reader|administrator|refused|blocked)", r":(-\d{1,15})"

#: How many people, groups or invitations one message names, and how many stand side by side on buttons.
_PAGE, _ROW = 8, 2

#: How many characters of a name a button shows.
_LONGEST_LABEL = 24

#: Stands before the collections that somebody is answered from, and for all of them.
_IN, _ANY = "in", "any"


class Roster:
    """The lists of `/people`, and what is done from them."""

    def __init__(self, people: People, access: Access) -> None:
        self._people, self._access = people, access

    async def people(self, update: Update, context: Context) -> None:
        """List who may ask, or show one of them, or limit one to collections."""
        message, phrases = message_of(update), phrases_of(update)
        reply, words = Reply.under(message), text_of(message, context.bot).split()
        if not words:
            await reply.send(*await asyncio.to_thread(self._page, "people", 0, phrases))
            return
        number = int(words[0]) if words[0].lstrip("-").isdecimal() and len(words[0]) < 16 else None
        if number is None or (words[1:] and (words[1] != _IN or not words[2:])):
            await reply.say(phrases("people-usage"))
            return
        if words[2:]:
            by = person_of(update)
            trouble = await asyncio.to_thread(self._limit, number, words[2:], by, phrases)
            if trouble:
                await reply.say(trouble)
                return
        card = await asyncio.to_thread(self._card, number, phrases)
        await reply.send(*(card or ([paragraph(phrases("people-unknown", id=words[0]))], ())))

    def _limit(self, number: int, words: Sequence[str], by: int, phrases: Phrases) -> str | None:
        """Limit a person or a group to collections; return what is wrong, if anything is."""
        collections = None if [word.casefold() for word in words] == [_ANY] else frozenset(words)
        limit = self._people.persons.limit if number > 0 else self._people.places.limit
        try:
            done = limit(number, collections, by)
        except CollectionNameError as error:
            return phrases("people-collection", name=error.name)
        if done:
            return None
        known = any(member.person.id == number for member in self._access.members())
        return phrases("people-fixed") if known else phrases("people-unknown", id=str(number))

    async def page(self, update: Update, context: Context) -> None:
        """Show one of the lists, from somewhere on."""
        kind, offset = match_of(context)
        query, phrases = query_of(update), phrases_of(update)
        await answered(query)
        await redraw(query, *await asyncio.to_thread(self._page, kind, int(offset), phrases))

    async def person(self, update: Update, context: Context) -> None:
        """Show a person, and what may be made of one."""
        await self._show(update, int(match_of(context)[0]))

    async def place(self, update: Update, context: Context) -> None:
        """Show a group, and what may be made of it."""
        await self._show(update, int(match_of(context)[0]))

    async def standing(self, update: Update, context: Context) -> None:
        """Give a person a standing; a button pressed long after does what stands on it."""
        query, phrases = query_of(update), phrases_of(update)
        person, standing = int(match_of(context)[0]), Standing(match_of(context)[1])
        persons, by = self._people.persons, person_of(update)
        before = (await asyncio.to_thread(persons.get, person)).standing
        try:
            await asyncio.to_thread(self._settle, person, standing, by)
        except LastAdministratorError:
            await alert(query, phrases("last-administrator"))
            return
        if before is Standing.ASKED:
            await tell_outcome(context, self._people, person, standing)
        if Standing.ADMINISTRATOR in (before, standing):
            await offer_menu(context.bot, person, administers=standing is Standing.ADMINISTRATOR)
        await self._show(update, person)

    def _settle(self, person: int, standing: Standing, by: int) -> None:
        """Give a standing to somebody of whom something was decided, and whom the settings do not name."""
        members = {member.person.id: member for member in self._access.members()}
        member = members.get(person)
        if member and not member.is_fixed:
            self._people.persons.settle(person, standing, by)

    async def withdraw(self, update: Update, context: Context) -> None:
        """Let an invitation let nobody in any more."""
        query, phrases = query_of(update), phrases_of(update)
        number, by = int(match_of(context)[0]), person_of(update)
        await asyncio.to_thread(self._people.invitations.withdraw, number, by)
        await answered(query)
        await redraw(query, *await asyncio.to_thread(self._page, "invitations", 0, phrases))

    async def _show(self, update: Update, number: int) -> None:
        query, phrases = query_of(update), phrases_of(update)
        card = await asyncio.to_thread(self._card, number, phrases)
        if card is None:
            await alert(query, phrases("people-unknown", id=str(number)))
            return
        await answered(query)
        await redraw(query, *card)

    def _card(self, number: int, phrases: Phrases) -> tuple[list[Block], Keyboard] | None:
        """Return a person or a group, with the buttons for what may be made of it; None if it is unknown."""
        if number < 0:
            place = self._people.places.get(number)
            if place is None:
                return None
            rows = [choices(number, phrases), [button(phrases("button-back"), "people", "groups", 0)]]
            return [shown.place(place, phrases)], rows
        members = {member.person.id: member for member in self._access.members()}
        member = members.get(number)
        if member is None:
            return None
        rows = [*_choices(member, phrases), [button(phrases("button-back"), "people", "people", 0)]]
        blocks = [shown.member(member, phrases)]
        if member.is_fixed:
            blocks.append(paragraph(phrases("people-fixed")))
        return blocks, rows

    def _page(self, kind: str, offset: int, phrases: Phrases) -> tuple[list[Block], Keyboard]:
        """Return one of the lists from somewhere on, with buttons for what is on it and for what follows."""
        blocks, buttons, more = _LISTS[kind](self, offset, phrases)
        others = {
            "people": phrases("button-people"),
            "groups": phrases("button-groups"),
            "invitations": phrases("button-invitations"),
        }
        rows = [buttons[start : start + _ROW] for start in range(0, len(buttons), _ROW)]
        if more:
            rows.append([button(phrases("button-further"), "people", kind, offset + _PAGE)])
        rows.append([button(text, "people", other, 0) for other, text in others.items() if other != kind])
        return blocks, rows

    def _people_from(self, offset: int, phrases: Phrases) -> tuple[list[Block], list[Button], bool]:
        members = self._access.members()
        some = members[offset : offset + _PAGE]
        blocks = [shown.member(member, phrases) for member in some]
        blocks = [*(blocks or [paragraph(phrases("people-nobody"))]), paragraph(phrases("people-usage"))]
        if self._access.is_open:
            blocks.insert(0, paragraph(phrases("people-open")))
        buttons = [_named(member.person.label, "person", member.person.id) for member in some]
        return blocks, buttons, len(members) > offset + _PAGE

    def _groups_from(self, offset: int, phrases: Phrases) -> tuple[list[Block], list[Button], bool]:
        places = self._people.places.all()
        some = places[offset : offset + _PAGE]
        blocks = [shown.place(place, phrases) for place in some] or [paragraph(phrases("groups-none"))]
        buttons = [_named(place.label, "place", place.id) for place in some]
        return blocks, buttons, len(places) > offset + _PAGE

    def _invitations_from(self, offset: int, phrases: Phrases) -> tuple[list[Block], list[Button], bool]:
        invitations = self._people.invitations.all()
        some = invitations[offset : offset + _PAGE]
        blocks = [shown.invitation(one, self._people.persons.get(one.by).label, phrases) for one in some] or [
            paragraph(phrases("invitations-none"))
        ]
        buttons = [
            _named(f"{phrases('button-withdraw')} {one.number}", "withdraw", one.number) for one in some
        ]
        return blocks, buttons, len(invitations) > offset + _PAGE


_LISTS = {
    "people": Roster._people_from,
    "groups": Roster._groups_from,
    "invitations": Roster._invitations_from,
}


def _named(label: str, *data: object) -> Button:
    fitting = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    return button(fitting, *data)


def _choices(member: Member, phrases: Phrases) -> list[list[Button]]:
    """Return the buttons for what may be made of a person, as that stands now."""
    person = member.person.id
    allow, refuse, block = answers(person, "standing", phrases)
    promote = button(phrases("button-promote"), "standing", person, Standing.ADMINISTRATOR)
    if member.is_fixed:
        return []
    dismiss = button(phrases("button-dismiss"), "standing", person, Standing.REFUSED)
    demote = button(phrases("button-demote"), "standing", person, Standing.READER)
    return {
        Standing.ASKED: [[allow, refuse, block]],
        Standing.READER: [[promote], [dismiss, block]],
        Standing.ADMINISTRATOR: [[demote, dismiss]],
        Standing.REFUSED: [[allow, block]],
        Standing.BLOCKED: [[allow]],
    }[Standing(member.role)]
