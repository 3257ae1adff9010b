"""Settings: the defaults, what a file may say, how a wrong one is refused, and that secrets stay secret."""

import re
import tomllib
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import (
    KEY_VARIABLE,
    SECRET_VARIABLE,
    TOKEN_VARIABLE,
    AccessKind,
    Config,
    ConfigError,
    EmbedderKind,
    default_path,
    embeddings_key,
    load,
    token,
    webhook_secret,
)
from tests.support.paths import ROOT

EXAMPLE = ROOT / "config.example.toml"
TOKEN = "123456:ABC-DEF_ghi"


@pytest.fixture(name="file")
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


# Defaults


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    default_path().unlink()
    config = load()
    assert config == Config()
    assert config.folder == tmp_path / "home" / "data" / "derek"
    assert (config.answers.citations, config.answers.min_confidence) == (3, 0.17)
    assert config.semantic.kind is EmbedderKind.BUNDLED
    assert (config.semantic.url, config.semantic.model) == (None, None)
    assert config.telegram.administrators == frozenset()
    assert (config.telegram.access, config.telegram.readers) == (AccessKind.PRIVATE, frozenset())
    assert config.telegram.questions_per_minute == 20
    assert str(config.telegram.api) == "https://api.telegram.org/"
    assert config.telegram.webhook is None


def test_an_empty_file_says_the_defaults(file: Path) -> None:
    file.write_text("")
    assert load(file) == Config()


def test_the_default_file_is_read_where_there_is_one(tmp_path: Path) -> None:
    assert default_path() == tmp_path / "home" / "config" / "derek" / "config.toml"
    default_path().write_text("[answers]\ncitations = 2\n")
    assert load().answers.citations == 2


def test_the_example_says_exactly_the_defaults() -> None:
    assert load(EXAMPLE) == Config()
    # Equal to the defaults, and none of them left out: what has no default value stands in a comment, and
    # what must not be named to be found by `derek calibrate`.
    said = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert said.keys() | {"data"} == Config.model_fields.keys()
    for section, settings in Config().model_dump(exclude={"data"}).items():
        named = said[section].keys() | ({"min_confidence"} if section == "answers" else set())
        assert named == {name for name, value in settings.items() if value not in (None, ())}
    assert not load(EXAMPLE).answers.names_min_confidence
    assert "\n# min_confidence = 0.17\n" in EXAMPLE.read_text("utf-8")


def test_what_the_example_has_in_comments_is_valid_too(file: Path) -> None:
    commented = re.compile(
        r"^# (?=\[telegram\.|data = |url = |model = |listen = |port = |allow = |proxies = |days = )",
        re.MULTILINE,
    )
    text, count = commented.subn("", EXAMPLE.read_text("utf-8"))
    assert count == 13
    file.write_text(text)
    config = load(file)
    assert config.folder == Path("~/derek").expanduser()
    webhook = config.telegram.webhook
    assert webhook
    assert (webhook.listen, webhook.port) == ("127.0.0.1", 8443)
    assert (str(config.semantic.url), config.semantic.model) == ("http://localhost:11434/v1", "bge-m3")


# What a file may say


def test_every_setting_can_be_set(file: Path, tmp_path: Path) -> None:
    file.write_text(f"""
        data = "{tmp_path}/articles"
        [answers]
        citations = 1
        min_confidence = 0.5
        [semantic]
        kind = "server"
        url = "http://localhost:8080/v1"
        model = "e5"
        batch = 8
        timeout = 2.5
        query_prefix = "query: "
        passage_prefix = "passage: "
        [telegram]
        administrators = [1, 2]
        readers = [3]
        access = "open"
        questions_per_minute = 5
        api = "http://localhost:8081/"
        [telegram.webhook]
        url = "https://example.org/derek"
        listen = "0.0.0.0"
        port = 8080
    """)
    config = load(file)
    assert config.folder == tmp_path / "articles"
    assert (config.answers.citations, config.answers.min_confidence) == (1, 0.5)
    semantic = config.semantic
    assert semantic.kind is EmbedderKind.SERVER
    assert (str(semantic.url), semantic.model) == ("http://localhost:8080/v1", "e5")
    assert (semantic.batch, semantic.timeout) == (8, 2.5)
    assert (semantic.query_prefix, semantic.passage_prefix) == ("query: ", "passage: ")
    assert config.telegram.administrators == {1, 2}
    assert config.telegram.readers == frozenset({3})
    assert (config.telegram.access, config.telegram.questions_per_minute) == (AccessKind.OPEN, 5)
    assert str(config.telegram.api) == "http://localhost:8081/"
    webhook = config.telegram.webhook
    assert webhook
    assert (str(webhook.url), webhook.listen, webhook.port) == ("https://example.org/derek", "0.0.0.0", 8080)  # noqa: S104  it is only read


def test_a_tilde_in_the_data_folder_is_the_users_home(file: Path, tmp_path: Path) -> None:
    file.write_text('data = "~/articles"')
    assert load(file).folder == tmp_path / "home" / "articles"


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Config().answers.citations = 1


# What a file may not say


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("colour = 'red'", "colour"),
        ("data = 5", "data"),
        ("data = '~nobody-of-this-name/derek'", "data"),
        ("[answers]\ncitation = 3", "answers.citation"),
        ("[answers]\ncitations = 0", "answers.citations"),
        ("[answers]\ncitations = 4", "answers.citations"),
        ("[answers]\ncitations = 'three'", "answers.citations"),
        ("[answers]\nmin_confidence = 1.1", "answers.min_confidence"),
        ("[answers]\nmin_confidence = -0.1", "answers.min_confidence"),
        ("[answers]\nmin_confidence = nan", "answers.min_confidence"),
        ("answers = 3", "answers"),
        ("[semantic]\nkind = 'bert'", "semantic.kind"),
        ("[semantic]\nkind = 'server'", "semantic"),
        ("[semantic]\nkind = 'server'\nurl = 'http://localhost/v1'", "semantic"),
        ("[semantic]\nkind = 'server'\nmodel = 'e5'", "semantic"),
        ("[semantic]\nurl = 'localhost'", "semantic.url"),
        ("[semantic]\nurl = 'http://me:SECRET@localhost/v1'", "semantic.url"),
        ("[semantic]\nmodel = ''", "semantic.model"),
        ("[semantic]\nbatch = 0", "semantic.batch"),
        ("[retention]\ndays = 0", "retention.days"),
        ("[retention]\nfeeds = {'example.org' = 3}", "retention.feeds"),
        ("[semantic]\ntimeout = 0", "semantic.timeout"),
        ("[semantic]\ntimeout = nan", "semantic.timeout"),
        ("[semantic]\ntimeout = inf", "semantic.timeout"),
        ("[semantic]\nkey = 'sk-SECRETword'", "semantic.key"),
        ("[telegram]\ntoken = '123456:ABC'", "telegram.token"),
        ("[telegram]\nadministrators = 'me'", "telegram.administrators"),
        ("[telegram]\nadministrators = ['@me']", "telegram.administrators"),
        ("[telegram]\nreaders = 'nobody'", "telegram.readers"),
        ("[telegram]\nreaders = 'everyone'", "telegram.readers"),
        ("[telegram]\naccess = 'public'", "telegram.access"),
        ("[telegram]\nadministrators = [1087968824]", "telegram.administrators"),
        ("[telegram]\nreaders = [5, 777000]", "telegram.readers"),
        ("[telegram]\nquestions_per_minute = 0", "telegram.questions_per_minute"),
        ("[telegram]\napi = 'api.telegram.org'", "telegram.api"),
        ("[telegram]\napi = 'ftp://example.org'", "telegram.api"),
        ("[telegram.webhook]\nport = 1", "telegram.webhook.url"),
        ("[telegram.webhook]\nurl = 'https://example.org'\nport = 65536", "telegram.webhook.port"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(file: Path, text: str, setting: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(file)
    said = str(error.value)
    assert "SECRET" not in said
    assert said.startswith(f"{file}: {setting}")
    assert said.endswith("; compare it with config.example.toml")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("[telegram]\nadministrators = 'me'", "say a list of ids, which are numbers, as in [123456789]"),
        ("[telegram]\nadministrators = 42", "say a list of ids, which are numbers, as in [123456789]"),
        ("[telegram]\nadministrators = ['42']", "say a list of ids, which are numbers, as in [123456789]"),
        ("[telegram]\nreaders = 'nobody'", "say a list of ids, which are numbers, as in [123456789]"),
        ("[telegram]\nreaders = 'everyone'", 'leave readers out and write access = "open"'),
        ("[telegram]\naccess = 'public'", "'private' or 'open'"),
        ("[telegram]\nadministrators = [136817688]", "136817688 is nobody's id"),
        ("[telegram]\nwebhook = true", "it is a section; write [telegram.webhook] and its settings below"),
        ("data = 5", "say the path of a folder, in quotation marks"),
        ("[answers]\ncitations = 'three'", "say a whole number"),
        ("[answers]\ncitations = 1.5", "say a whole number"),
        ("[answers]\nmin_confidence = 'low'", "say a number"),
        ("[semantic]\nkind = 'bert'", "'bundled', 'server' or 'none'"),
        ("[semantic]\nengine = 'torch'", "'auto', 'native' or 'numpy'"),
        ("[semantic]\nurl = 'localhost'", 'say an address, as "https://example.org"'),
        ("[telegram]\napi = 'ftp://example.org'", 'say an address, as "https://example.org"'),
        ("[semantic]\nmodel = 5", "say a text, in quotation marks"),
        ("[telegram.webhook]\nport = 1", "telegram.webhook.url: it must be set"),
        ("answers = 3", "it is a section; write [answers] and its settings below"),
    ],
)
def test_of_a_wrong_setting_it_is_said_what_is_right(file: Path, text: str, right: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert right in str(error.value)


def test_all_wrong_settings_are_named_at_once(file: Path) -> None:
    file.write_text("colour = 'red'\n[answers]\ncitations = 9\n")
    with pytest.raises(ConfigError, match=r"answers\.citations: .*; colour: "):
        load(file)


@pytest.mark.parametrize("content", [b"answers = [", b"[answers\n", b"a = 1\na = 2", b"\xff\xfe", b"name"])
def test_what_is_no_toml_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load(file)
    said = str(error.value)
    assert said.startswith(f"{file}: not valid TOML: ")
    assert "config.example.toml" in said
    assert "\n" not in said


@pytest.mark.parametrize(("name", "reason"), [("missing.toml", "No such file"), (".", "Is a directory")])
def test_a_named_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path / name)
    assert str(tmp_path / name) in str(error.value)
    assert reason in str(error.value)
    assert "--config" in str(error.value)


# Secrets


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_token_it_is_said_where_to_put_one(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv(TOKEN_VARIABLE, value)
    with pytest.raises(ConfigError, match=r"^DEREK_TELEGRAM_TOKEN: not set; .*@BotFather"):
        token()


@pytest.mark.parametrize("value", [TOKEN, f" {TOKEN}\n"])
def test_the_token_comes_from_the_environment(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, value)
    assert token().get_secret_value() == TOKEN


@pytest.mark.parametrize(
    "value",
    [
        "SECRETword",
        ":SECRETword",
        "123456:",
        "123456 :SECRETword",
        "123456:SECRET word",
        "123456:SECRET\tword",
        "bot123456:SECRETword",
        "'123456:SECRETword'",
        "-1:SECRETword",
        "123456:SECRETслово",
        "１２３:SECRETword",
        "²³:SECRETword",
        # These would lead a request elsewhere, or nowhere.
        "123456:SECRET/word",
        "123456:SECRET#word",
        "123456:SECRET?word",
        "123456:SECRET\x1bword",
        "123456:SECRET:word",
    ],
)
def test_an_odd_token_is_refused_and_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, value)
    with pytest.raises(ConfigError, match=r"^DEREK_TELEGRAM_TOKEN: .*@BotFather") as error:
        token()
    assert "SECRET" not in "".join(traceback.format_exception(error.value))


STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NUMBERS = st.text(st.characters(categories=("Nd", "No")), min_size=1)


@given(STORABLE | st.builds("{}:{}".format, NUMBERS, STORABLE))
def test_whatever_the_environment_holds_a_token_is_one_or_refused(value: str) -> None:
    with pytest.MonkeyPatch.context() as patch, suppress(ConfigError):
        patch.setenv(TOKEN_VARIABLE, value)
        assert re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token().get_secret_value())


def test_the_webhooks_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert webhook_secret() is None
    monkeypatch.setenv(SECRET_VARIABLE, "  ")
    assert webhook_secret() is None
    monkeypatch.setenv(SECRET_VARIABLE, "SECRETword")
    secret = webhook_secret()
    assert secret
    assert secret.get_secret_value() == "SECRETword"


def test_the_key_of_the_embeddings_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embeddings_key() is None
    monkeypatch.setenv(KEY_VARIABLE, "  ")
    assert embeddings_key() is None
    monkeypatch.setenv(KEY_VARIABLE, " sk-SECRET_word/+=\n")
    key = embeddings_key()
    assert key
    assert key.get_secret_value() == "sk-SECRET_word/+="


@pytest.mark.parametrize("value", ["SECRET word", "SECRET\nword", "SECRETслово", "SECRET\x1bword"])
def test_an_odd_key_is_refused_and_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    with pytest.raises(ConfigError, match=r"^DEREK_EMBEDDINGS_KEY: ") as error:
        embeddings_key()
    assert "SECRET" not in "".join(traceback.format_exception(error.value))


def test_nothing_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "123456:SECRETword")
    monkeypatch.setenv(SECRET_VARIABLE, "SECRETword")
    monkeypatch.setenv(KEY_VARIABLE, "SECRETword")
    for shown in (token(), webhook_secret(), embeddings_key(), load(), {"token": token()}):
        assert "SECRET" not in f"{shown} {shown!r}"


@pytest.mark.parametrize("section", ["", "[semantic]\n", "[telegram]\n", "[telegram.webhook]\n"])
def test_a_secret_put_into_the_settings_by_mistake_is_shown_in_no_traceback(file: Path, section: str) -> None:
    file.write_text(f"{section}token = '123456:SECRETword'\n")
    with pytest.raises(ConfigError) as error:
        load(file)
    assert "SECRET" not in "".join(traceback.format_exception(error.value))


# Collections of chats


def test_chats_may_be_fenced_in(file: Path) -> None:
    file.write_text('[telegram.collections]\n"-1001234" = ["HR"]\n"7" = []\ndefault = ["it", "office"]\n')
    assert load(file).telegram.collections == {"-1001234": {"hr"}, "7": set(), "default": {"it", "office"}}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('"@editors" = ["hr"]', "'@editors' is no id of a chat, such as \"-1001234\""),
        ('"" = ["hr"]', "'' is no id of a chat"),
        ('"-07" = ["hr"]', "'-07' is no id of a chat"),
        ('7 = ["hr dept"]', "no collection can be called 'hr dept'"),
        ('default = "hr"', "telegram.collections.default: "),
        ("default = [1]", "telegram.collections.default.0: "),
    ],
)
def test_a_fence_that_cannot_be_is_refused(file: Path, line: str, problem: str) -> None:
    file.write_text(f"[telegram.collections]\n{line}\n")
    with pytest.raises(ConfigError) as raised:
        load(file)
    assert problem in str(raised.value)
