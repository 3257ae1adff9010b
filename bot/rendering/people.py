"""What is to be shown of people, groups and invitations, and of what administrators did."""

from bot.chats.access import Member
from bot.chats.admission import Invitation
from bot.chats.audit import Act, Entry
from bot.chats.keys import HolderKind
from bot.chats.people import People
from bot.chats.places import Place
from bot.phrases import Phrases
from bot.rendering.blocks import Block, Fragment, Role, paragraph

#: What is done with people; all else is done with groups, invitations and articles, or with either.
_WITH_PEOPLE = frozenset(
    {Act.ADMIT, Act.REFUSE, Act.BLOCK, Act.DISMISS, Act.PROMOTE, Act.DEMOTE, Act.LIMIT, Act.PAIR}
)
_WITH_GROUPS = frozenset({Act.ADMIT_GROUP, Act.REFUSE_GROUP, Act.LIMIT})


def member(member: Member, phrases: Phrases) -> Block:
    """Return a person, with the role and the collections."""
    person, role = member.person, member.role
    return _line(person.label, person.id, phrases(f"role-{role}"), person.collections, phrases)


def place(place: Place, phrases: Phrases) -> Block:
    """Return a group, with what was decided of it and the collections."""
    state = place.state
    return _line(place.label, place.id, phrases(f"state-{state}"), place.collections, phrases)


def _line(
    label: str, number: int, decided: str, collections: frozenset[str] | None, phrases: Phrases
) -> Block:
    fragments = [
        Fragment(label, Role.STRONG),
        Fragment(f" – {decided} · id "),
        Fragment(str(number), Role.CODE),
    ]
    if collections is not None:
        names = ", ".join(sorted(collections)) or phrases("none")
        fragments.append(Fragment(f" · {phrases('in-collections', names=names)}"))
    return Block(tuple(fragments))


def invitation(invitation: Invitation, by: str, phrases: Phrases) -> Block:
    """Return an invitation, with who gave it."""
    role = invitation.standing
    return paragraph(
        phrases(
            "invitation-line",
            number=str(invitation.number),
            by=by,
            role=phrases(f"role-{role}"),
            day=invitation.expires.astimezone().date(),
            count=invitation.left,
        )
    )


def entry(entry: Entry, people: People, phrases: Phrases) -> Block:
    """Return when somebody did something, and what."""
    act, when = entry.act, phrases("asked-at", at=entry.at.astimezone())
    done = phrases(f"act-{act}", who=_doer(entry, people), whom=_named(entry, people))
    return Block((Fragment(f"{when} · "), Fragment(done)), tight=True)


def _doer(entry: Entry, people: People) -> str:
    """Return who did something: a person, a channel that posted it, or who came by HTTP."""
    if entry.holder:
        return _holder(entry.holder, people)
    place = people.places.get(entry.by) if entry.by < 0 else None
    return place.label if place else people.persons.get(entry.by).label


def _holder(holder: str, people: People) -> str:
    """Return what a holder is called; a key that was revoked has its name still."""
    kind, _, number = holder.partition(":")
    if kind == HolderKind.PERSON:
        return people.persons.get(int(number)).label
    names = {key.holder.id: key.name for key in people.keys.all()}
    return names.get(holder, kind)


def _named(entry: Entry, people: People) -> str:
    """Return what something was done with by its name, as far as one is known."""
    number = int(entry.on) if entry.on.lstrip("-").isdecimal() else 0
    if number > 0 and entry.act in _WITH_PEOPLE:
        return people.persons.get(number).label
    found = people.places.get(number) if number < 0 and entry.act in _WITH_GROUPS else None
    return found.label if found else entry.on
