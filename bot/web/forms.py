"""What forms of the page send, and what its addresses say."""

from pydantic import BaseModel, ConfigDict, Field

from bot.chats.feedback import Verdict


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


class TextForm(_Sent):
    """A text that is to be an article."""

    text: str = ""
    title: str = Field(default="", max_length=200)
    collection: str = Field(default="", max_length=40)
    token: str = ""


class JudgementForm(_Sent):
    """What somebody thinks of an answer, and where the page goes on."""

    verdict: Verdict
    back: str = "/"
    token: str = ""


class CitedPlace(_Sent):
    """Which units of an article were cited: from `s` on so many, whose fingerprint was `f`."""

    s: int = Field(default=0, ge=0, le=10**9)
    n: int = Field(default=0, ge=0, le=10**6)
    f: str = Field(default="", max_length=64)
