"""What people write in Markdown beyond CommonMark: notes, wiki links, comments, footnotes, formulas."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]*)(?:\\?\|([^\[\]\n]*))?\]\]")
_COMMENT = re.compile(r"(?<![^\s(])%%(?:(?!%%).)*%%", re.DOTALL)
_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*([^\n]*)(?:\n|$)")

#: Marks around words that are shown in another colour: they stand beside a space or the like on one side.
_HIGHLIGHT = re.compile(r"(?<![^\s(\[«\"'*_])==(?=[^\s=])|(?<=[^\s=])==(?![\w=])")


def extend(parser: MarkdownIt) -> MarkdownIt:
    """Return a parser that knows the extensions, too."""
    parser.use(admon_plugin).use(footnote_plugin).use(deflist_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for name, marker in (("directive", ":"), ("block", "/")):
        parser.use(container_plugin, name, marker=marker, validate=_is_named)
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.before("image", "embedded", _wiki_link)
    parser.inline.ruler.before("emphasis", "highlight", _highlight)
    parser.inline.ruler.before("emphasis", "comment", _inline_comment)
    ends = ["paragraph", "reference", "blockquote"]
    parser.block.ruler.before("fence", "comment", _block_comment, {"alt": ends})
    parser.core.ruler.after("normalize", "respelled", _respelled)
    parser.core.ruler.after("block", "callouts", _callouts)
    return parser


#: A tab of mkdocs; a directive that ends in its own line; a table of contents that kramdown makes.
_TAB = re.compile(r"([ \t]*)===[!+]?[ \t]+(\"[^\"]*\")[ \t]*")
_IN_ONE_LINE = re.compile(r"[ \t]*:{3,}[ \t]*\{?[\w-]+\}?[ \t]+(\S.*?)[ \t]*:{3,}[ \t]*")
_MADE_CONTENTS = re.compile(
    r"[ \t]*(?:[-*+]|\d\.)[ \t]+\S.*\n[ \t]*\{:[ \t]*toc[ \t]*\}[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")


def _respelled(state: StateCore) -> None:
    """Write what other tools spell in their own way as the plugins read it, a line for a line.

    Tabs become notes; what a fence holds stays as it is.
    """
    lines = _MADE_CONTENTS.sub("\n", state.src).split("\n")
    fence = ""
    for number, line in enumerate(lines):
        if (opened := _FENCE.match(line)) and (not fence or opened[1].startswith(fence)):
            fence = "" if fence else opened[1]
        elif not fence and (tab := _TAB.fullmatch(line)):
            lines[number] = f"{tab[1]}!!! tab {tab[2]}"
        elif not fence and (directive := _IN_ONE_LINE.fullmatch(line)):
            lines[number] = directive[1]
    state.src = "\n".join(lines)


def _is_named(params: str, _: str) -> bool:
    return bool(params.strip())


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """Read a link of a wiki as what it shows: its own words, or the last part of what it leads to."""
    if state.src[state.pos] not in "![" or not (match := _WIKI_LINK.match(state.src, state.pos)):
        return False
    if not silent:
        token = state.push("text", "", 0)
        target = match[1].rpartition("/")[2].replace("#", " > ").strip(" >")
        token.content = (match[2] or target) if not match[0].startswith("!") else ""
    state.pos = match.end()
    return True


def _highlight(state: StateInline, _: bool) -> bool:
    """Leave out the marks of ==what is highlighted==."""
    if state.src[state.pos] != "=" or not _HIGHLIGHT.match(state.src, state.pos):
        return False
    if state.env.get("highlighted", ("", 0))[0] is not state.src:
        state.env["highlighted"] = (state.src, len(_HIGHLIGHT.findall(state.src)))
    if state.env["highlighted"][1] % 2:
        return False
    state.pos += 2
    return True


def _inline_comment(state: StateInline, _: bool) -> bool:
    """Leave out %%what is only for who writes%%."""
    if state.src[state.pos] != "%" or not (match := _COMMENT.match(state.src, state.pos)):
        return False
    state.pos = match.end()
    return True


def _block_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Leave out a comment over several lines, from one that begins with %% to one that ends so."""
    first = state.getLines(start, start + 1, state.blkIndent, False).strip()
    if not first.startswith("%%") or state.is_code_block(start):
        return False
    last = start
    if "%%" in first[2:]:
        if not first.endswith("%%"):
            return False  # Words follow in the same line.
    else:
        unclosed = state.env.setdefault("unclosed", end)
        lines = range(start + 1, end if start < unclosed else start)
        last = next((line for line in lines if _line(state, line).endswith("%%")), -1)
        if last < 0:
            state.env["unclosed"] = min(unclosed, start)
            return False
    if not silent:
        state.line = last + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.getLines(number, number + 1, 0, False).strip()


def _callouts(state: StateCore) -> None:
    """Read a note that is written as a quotation, "> [!warning] Mind the gap", as a note with its title."""
    tokens: list[Token] = []
    opened: list[bool] = []
    for place, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            opened.append(False)
            inline = state.tokens[place + 2 : place + 3]
            if inline and inline[0].type == "inline" and (match := _CALLOUT.match(inline[0].content)):
                opened[-1] = True
                inline[0].content = inline[0].content[match.end() :]
                tokens += [Token("note_open", "div", 1), *_title(match[2], token)]
                continue
        elif token.type == "blockquote_close" and opened.pop():
            tokens.append(Token("note_close", "div", -1))
            continue
        tokens.append(token)
    state.tokens = tokens


def _title(title: str, token: Token) -> list[Token]:
    """Return the tokens of a note's title, if it has one of its own."""
    if not title.strip():
        return []
    inline = Token("inline", "", 0, content=title.strip(), map=token.map, children=[], level=token.level + 1)
    opening = Token("admonition_title_open", "p", 1, map=token.map, info="own")
    return [opening, inline, Token("admonition_title_close", "p", -1)]
