"""Derek as tools of the Model Context Protocol: ask, search, read, and for administrators, add.

What a tool gives is structured, and as text with the address of each citation; no model writes a word of it.
Whoever may not add is not told that there is such a tool.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError
from starlette.applications import Starlette

from bot import __version__
from bot.chats.access import Role
from bot.rendering.messages import to_json
from bot.web.adding import add_text
from bot.web.articles import units_of
from bot.web.asking import ask
from bot.web.models import AddedText, Asking
from bot.web.places import in_its_place
from bot.web.visitors import VISITOR, Site, Visitor
from retrieval.answers.citations import Citation, Status, VerifiedAnswer
from retrieval.articles import unwrapped
from retrieval.errors import DerekError

_INSTRUCTIONS = (
    "Derek answers from the user's own articles. Each citation is a sentence that stands there, word for "
    "word: quote it as it is, with its source. If the status is not_found, the articles do not answer."
)

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)

Question = Annotated[str, Field(description="The question, in the words of whoever asks, in any language.")]
Topic = Annotated[str, Field(description="What it is to be about: a few words.")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many citations at most.")]
Languages = Annotated[list[str], Field(description="Only articles in these languages, by their codes.")]
ArticleId = Annotated[str, Field(description="The article's id, or how it begins.")]
Begin = Annotated[int, Field(ge=0, description="The first passage to read, by its number.")]
Count = Annotated[int, Field(ge=1, le=500, description="How many passages to read.")]


def serve_on_pipes(site: Site, role: Role) -> None:
    """Answer on standard input and output until that is closed, as somebody with a role may ask."""
    _server(role, Visitor(site, role)).run("stdio")


def over_http(role: Role) -> Starlette:
    """Return what answers over HTTP those who have a role."""
    server = _server(role)
    # Hosts and origins are looked at before; each request stands for itself.
    checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(json_response=True, stateless_http=True, transport_security=checked)


def _server(role: Role, visitor: Visitor | None = None) -> MCPServer[Any]:
    """Return a server with the tools for a role; over HTTP the request says whose."""
    server: MCPServer[Any] = MCPServer(
        "derek", title="Derek", version=__version__, instructions=_INSTRUCTIONS, log_level="ERROR"
    )

    def who(context: Context) -> Visitor:
        if visitor is not None:
            return visitor
        asking: Visitor = context.request_context.request.scope[VISITOR]  # type: ignore[union-attr]  # HTTP
        return asking

    @server.tool(name="ask", title="Ask the articles", annotations=_READS)
    def ask_articles(
        question: Question,
        context: Context,
        limit: Limit = 3,
        languages: Languages = [],  # noqa: B006
    ) -> CallToolResult:
        """Answer a question with sentences that really stand in the user's articles, each with its source."""
        return _answered(who(context), question, limit, languages, topic=False)

    @server.tool(name="search", title="Search the articles", annotations=_READS)
    def search_articles(
        topic: Topic,
        context: Context,
        limit: Limit = 10,
        languages: Languages = [],  # noqa: B006
    ) -> CallToolResult:
        """Return the sentences on a topic, the best of each article first."""
        return _answered(who(context), topic, limit, languages, topic=True)

    @server.tool(name="read", title="Read an article", annotations=_READS)
    def read_article(
        article_id: ArticleId, context: Context, first: Begin = 0, count: Count = 200
    ) -> CallToolResult:
        """Return passages of an article, in their order, with the numbers by which they are addressed."""
        with _errors_told():
            article, passages = units_of(who(context), article_id)
        read = passages[first : first + count]
        content = {
            "article_id": article.id,
            "title": article.title,
            "source": article.source,
            "url": article.url,
            "passages": [passage.model_dump(mode="json") for passage in read],
            "further": len(passages) > first + count,
        }
        return _result(content, "\n".join(f"[{one.number}] {unwrapped(one.text)}" for one in read))

    if role is Role.ADMINISTRATOR:

        @server.tool(name="add", title="Add an article", annotations=_ADDS)
        def add_article(
            text: Annotated[str, Field(description="The article's text, its title in the first line.")],
            context: Context,
            title: Annotated[str | None, Field(description="Its title.")] = None,
            source: Annotated[str | None, Field(description="Who published it.")] = None,
            url: Annotated[str | None, Field(description="Where it stands.")] = None,
        ) -> CallToolResult:
            """Add a text as an article, which can be asked about at once."""
            with _errors_told():
                added = add_text(who(context), AddedText(text=text, title=title, source=source, url=url))
            (receipt,) = added.receipts
            content = {"edit": added.number, "outcome": receipt.outcome, "article_id": receipt.article_id}
            return _result(content, f"{receipt.outcome}: {receipt.title or receipt.name}")

    return server


@contextmanager
def _errors_told() -> Iterator[None]:
    """Tell what goes wrong that whoever asks can mend as an error of the tool."""
    try:
        yield
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ToolError("; ".join(wrong)) from error
    except DerekError as error:
        raise ToolError(str(error)) from error


def _answered(
    visitor: Visitor, question: str, limit: int, languages: list[str], *, topic: bool
) -> CallToolResult:
    with _errors_told():
        asked = ask(visitor, Asking(question=question, limit=limit, languages=tuple(languages), topic=topic))
    return _result(to_json(asked.answer), _as_text(asked.answer, visitor))


def _as_text(answer: VerifiedAnswer, visitor: Visitor) -> str:
    """Return an answer as a text that can be cited from."""
    found = answer.status is Status.ANSWERED
    heading = [] if found else ["The articles do not answer this. The nearest passages:"]
    cited = (_cited(citation, visitor) for citation in answer.citations)
    return "\n\n".join([*heading, *cited]) if answer.citations else "The articles do not answer this."


def _cited(citation: Citation, visitor: Visitor) -> str:
    named = " · ".join(filter(None, (citation.source, citation.title)))
    own = f"{visitor.site.settings.address}{in_its_place(visitor, citation)}"
    return f"{unwrapped(citation.quote)}\n[{citation.number}] {named or citation.article_id} — {own}"


def _result(content: dict[str, Any], text: str) -> CallToolResult:
    plain = json.loads(json.dumps(content))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=plain)
