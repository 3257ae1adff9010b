"""The table at the top of a Markdown file, in YAML between dashes or in TOML between pluses."""

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import SafeLoader

#: What opens a table, and what ends it.
_ENDS = {"---": ("---", "..."), "+++": ("+++",)}

#: A line as all editors count it; the last one found is empty.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")

#: A line of a table that is faulty as a whole: a name, and what it says.
_ENTRY = re.compile(r"""([A-Za-z_][\w-]*)\s*[:=](?:\s+["']?(.*?)["']?)?\s*""")

#: What begins a value that is more than words.
_STRUCTURED = frozenset("[{&*!|>%@`")


def front_matter(markdown: str) -> tuple[dict[str, Any], str]:
    """Part the table at the top of a file from the rest; the names in it come in small letters.

    A faulty table is read line by line, as far as it goes; what is no table at all stays text.
    """
    lines = _LINE.findall(markdown.removeprefix("\ufeff"))
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    fence = lines[first].rstrip() if first is not None else ""
    if first is None or fence not in _ENDS or not lines[first + 1].strip():
        return {}, markdown
    ends = _ENDS[fence]
    end = next((place for place in range(first + 1, len(lines)) if lines[place].rstrip() in ends), None)
    if end is None:
        return {}, markdown
    within = lines[first + 1 : end]
    table = _yaml("".join(within)) if fence == "---" else _toml("".join(within))
    if table is None:
        table = _entries(within)
    if table is None:
        return {}, markdown
    return {str(name).lower(): value for name, value in table.items()}, "".join(lines[end + 1 :])


def _yaml(text: str) -> dict[Any, Any] | None:
    """Return a table of YAML; None if it is faulty or none."""
    import yaml  # noqa: PLC0415  needed for front matter only

    for loader in _loaders():
        try:
            table = loader(text).get_single_data()
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        return table if isinstance(table, dict) else {} if table is None else None
    return None


@cache
def _loaders() -> "tuple[type[SafeLoader], ...]":
    """Return loaders of YAML that leave days, numbers and the like as they are written: 1.10 is no 1.1.

    That of libyaml comes first, which is ten times as fast, and refuses a little more.
    """
    import yaml  # noqa: PLC0415  needed for front matter only

    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag.endswith((":null", ":merge"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    bases = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]
    return tuple(type("Loader", (base,), {"yaml_implicit_resolvers": resolvers}) for base in bases)


def _toml(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _entries(lines: list[str]) -> dict[str, str] | None:
    """Return what the lines of a faulty table say by themselves; None if most of them say nothing so."""
    told = [line.strip() for line in lines if line.strip()]
    entries = [match for line in told if (match := _ENTRY.fullmatch(line))]
    if 2 * len(entries) <= len(told):
        return None
    return {match[1]: match[2] for match in entries if match[2] and match[2][0] not in _STRUCTURED}
