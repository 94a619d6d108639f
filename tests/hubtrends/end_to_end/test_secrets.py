"""Whole crawls of servers that repeat every secret they receive: no file, line or process list contains one."""

import base64
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest
from huggingface_hub import constants

from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.unloadable import unusable_number
from tests.fakes.hubs import model
from tests.fakes.user import COMMAND

TOKEN = "hf_KeepThisOutOfEveryFile99"
PASSWORD = "open-sesame-4711"
LOGIN = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
SECRETS = (TOKEN, TOKEN[3:], PASSWORD, LOGIN.rstrip("="), base64.b64encode(TOKEN.encode()).decode()[:-4])


class Echo(BaseHTTPRequestHandler):
    """Answers with the secrets of the request, in the form that the server's `mode` selects."""

    def do_GET(self) -> None:
        sent = self.headers.get("authorization", "") or "nothing"
        said = f"{sent} {sent.split()[-1]} {self.path}"
        status, headers, body = getattr(self, f"_{self.server.mode}")(said)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in {"X-Echo": said, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _data(self, said: str) -> tuple[int, dict[str, str], bytes]:
        """Return a list whose items and next link contain the secrets; the second page is the last."""
        more = "cursor" not in self.path
        item = model(1 if more else 2, tags=[said, *said.split()], pipeline_tag=said, author=said)
        link = {"Link": f'<{self.path}&cursor={said.split()[1]}>; rel="next"'} if more else {}
        odd = [{"_id": said, "id": said}, said] if more else []
        return 200, link, json.dumps([item, *odd]).encode()

    def _refused(self, said: str) -> tuple[int, dict[str, str], bytes]:
        return 401, {}, json.dumps({"error": f"bad credentials: {said}"}).encode()

    def _broken(self, said: str) -> tuple[int, dict[str, str], bytes]:
        return 503, {"X-Error-Message": said}, said.encode()

    def _nonsense(self, said: str) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Link": f'<http://[{said.split()[1]}>; rel="next"'}, said.encode()

    def _elsewhere(self, said: str) -> tuple[int, dict[str, str], bytes]:
        return 302, {"Location": f"http://{said.split()[1]}@evil.test/?token={said.split()[1]}"}, b""

    def log_message(self, *_: object) -> None:
        return None


Hub = Callable[[str], str]


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Return a function that sets the Hub's mode and returns its address; the home is the test's folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    Path("config.yaml").write_text("rate_limit: {attempts: 2, max_wait_seconds: 0.01}\n", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def answering(mode: str) -> str:
            server.mode = mode  # type: ignore[attr-defined]
            return f"127.0.0.1:{server.server_address[1]}"

        yield answering
        server.shutdown()
        thread.join()


def endpoint(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Set HF_ENDPOINT, which huggingface_hub reads only on import."""
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.setattr(constants, "ENDPOINT", address)


def stored(folder: Path) -> str:
    """Return every value of every table of the database as text."""
    with contextlib.closing(duckdb.connect(str(folder / "hub.duckdb"), read_only=True)) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return "\n".join(str(con.execute(f'FROM "{table}"').fetchall()) for table in tables)


def leaks(folder: Path, shown: str) -> list[str]:
    """Return where a secret occurs: in the output, in a file's bytes or in a row."""
    places = {str(file): file.read_bytes().decode("utf-8", "replace") for file in folder.rglob("*") if file.is_file()}
    places |= {"shown": shown}
    if (folder / "hub.duckdb").exists():
        places["rows"] = stored(folder)
    return [f"{secret} in {place}" for place, text in places.items() for secret in SECRETS if secret in text]


@pytest.mark.parametrize("login", ["", f"ann:{PASSWORD}@"], ids=["a token", "a password"])
@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("data", ExitCode.OK),
        ("refused", ExitCode.HUB_REFUSED),
        ("broken", ExitCode.HUB_UNAVAILABLE),
        ("nonsense", ExitCode.HUB_UNAVAILABLE),
        ("elsewhere", ExitCode.HUB_UNAVAILABLE),
    ],
)
def test_a_server_that_repeats_every_secret(
    mode: str,
    code: ExitCode,
    login: str,
    echo: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither a crawl nor a later command stores or shows a secret; the crawl itself works."""
    endpoint(monkeypatch, f"http://{login}{echo(mode)}/")

    ended = run(["crawl", "model"])
    run(["status"])
    run(["doctor", "--online"])
    shown = "".join(capfd.readouterr())
    assert ended == code, shown
    assert leaks(tmp_path, shown) == []
    assert "***" in shown + (stored(tmp_path) if mode == "data" else "") or mode in ("nonsense", "elsewhere")


def test_an_unfinished_walk_holds_no_secret(
    echo: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the pages nor the address of the next page contain a secret."""
    endpoint(monkeypatch, f"http://ann:{PASSWORD}@{echo('data')}")
    monkeypatch.setattr("hubtrends.jobs.store.commit", _fail)

    assert run(["crawl", "model"]) == ExitCode.FAILED

    shown = "".join(capfd.readouterr())
    assert "Traceback" in shown
    assert "the library says ***" in shown
    assert list(tmp_path.rglob("walk.json"))
    assert leaks(tmp_path, shown) == []


def _fail(*_: Any, **__: Any) -> None:
    raise RuntimeError(f"the library says {PASSWORD}")


def test_no_child_process_receives_a_secret(
    echo: Hub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The process list shows the arguments of a child process."""
    arguments: list[str] = []
    started = subprocess.Popen.__init__

    def noted(self: Any, args: Any, *more: Any, **how: Any) -> None:
        arguments.extend(map(str, [args] if isinstance(args, str) else args))
        started(self, args, *more, **how)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    endpoint(monkeypatch, f"http://ann:{PASSWORD}@{echo('data')}")
    run(["crawl", "model"])
    run(["crawl", "model"])

    assert arguments
    assert not [argument for argument in arguments for secret in SECRETS if secret in argument]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", f"socks5://ann:{PASSWORD}@127.0.0.1:9", "socksio"),
        ("HTTPS_PROXY", f"htp://ann:{PASSWORD}@proxy.test", "not the address of a proxy"),
        ("http_proxy", f"http://ann:{PASSWORD}@proxy.test:port", "not the address of a proxy"),
        ("https_proxy", f"http://ann:{PASSWORD}@[proxy.test", "not the address of a proxy"),
        ("SSL_CERT_FILE", "/nope/ca.pem", "cannot be read (No such file or directory)"),
        ("SSL_CERT_FILE", __file__, "no certificates"),
        ("HF_ENDPOINT", f"ann:{PASSWORD}@hub.test", "must begin with https:// or http://"),
        ("HF_ENDPOINT", f"ftp://ann:{PASSWORD}@hub.test", "must begin with https:// or http://"),
        ("HF_ENDPOINT", f"https://ann:{PASSWORD} x@hub.test", "spaces or control characters"),
        ("HF_ENDPOINT", f"https://ann:{PASSWORD}@hub.test:port", "not an address"),
        ("HF_ENDPOINT", f"https://ann:{PASSWORD}@", "not an address|names no host"),
        ("HF_ENDPOINT", f"https://hub.test/?token={PASSWORD}", "without ? and #"),
    ],
)
def test_a_setting_that_prevents_every_session(
    variable: str,
    value: str,
    words: str,
    echo: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """One line names the variable and its value without the password; doctor reports it as well."""
    endpoint(monkeypatch, f"http://{echo('data')}")
    if variable == "HF_ENDPOINT":
        endpoint(monkeypatch, value)
    monkeypatch.setenv(variable, value)

    code = run(["crawl", "model"])
    *_, line = capfd.readouterr().err.splitlines()
    found = run(["doctor", "--format", "json"])
    findings = capfd.readouterr().out

    assert (code, found) == (ExitCode.HUB_UNAVAILABLE, ExitCode.ATTENTION)
    assert line.startswith(f"hubtrends: {variable} is '")
    assert any(word in line for word in words.split("|"))
    assert variable in findings
    assert leaks(tmp_path, line + findings) == []


def test_a_value_that_is_not_a_number() -> None:
    """The library's error quotes only the value; the line names the variable."""
    environ = {"HF_HUB_ETAG_TIMEOUT": "10", "HF_HUB_DOWNLOAD_TIMEOUT": "1 min"}

    with pytest.raises(ValueError, match="1 min") as caught:
        int("1 min")

    line = unusable_number(environ, str(caught.value))
    assert line is not None
    assert line.startswith("HF_HUB_DOWNLOAD_TIMEOUT is '1 min', which is not a whole number")
    assert unusable_number(environ, "another error") is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HF_HUB_DOWNLOAD_TIMEOUT", "1 min"),
        ("HF_ENDPOINT", f"https://ann:{PASSWORD}@[::1"),
        ("HF_ENDPOINT", f"https://ann:{PASSWORD}@hub.test:99999"),
    ],
)
@pytest.mark.parametrize("command", [["crawl", "model"], ["doctor"]], ids=["crawl", "doctor"])
def test_the_entry_point_survives_what_the_library_cannot_import(command: list[str], variable: str, value: str) -> None:
    """The import reads the variable, and still the result is one line without a traceback."""
    code = f"import sys; from hubtrends.cli import main; sys.argv[1:] = {command!r}; main()"
    environ = {**os.environ, variable: value}

    ended = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)

    assert ended.returncode == ExitCode.HUB_UNAVAILABLE
    assert len(ended.stderr.splitlines()) == 1
    assert f"hubtrends: {variable} is '" in ended.stderr
    assert PASSWORD not in ended.stderr


@pytest.mark.parametrize(
    ("words", "code"), [(["config", "show"], ExitCode.OK), (["sql", "SELECT 1"], ExitCode.NOTHING_YET)]
)
def test_a_command_without_the_hub_ignores_its_settings(tmp_path: Path, words: list[str], code: ExitCode) -> None:
    """A question about the store is answered, or fails for its own reason, with an unusable setting of the library."""
    environ = {**os.environ, "HF_HUB_DOWNLOAD_TIMEOUT": "1 min"}

    ended = subprocess.run([*COMMAND, *words], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr.count("\n")) == (code, 0 if code is ExitCode.OK else 1)


@pytest.mark.parametrize("broken", ["a folder", "no text"])
def test_a_saved_login_that_cannot_be_read(
    broken: str, echo: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The error names the file, and doctor reports it as well."""
    login = tmp_path / "token"
    login.mkdir() if broken == "a folder" else login.write_bytes(b"\xff\xfe\xff")
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(login))
    endpoint(monkeypatch, f"http://{echo('data')}")

    code = run(["crawl", "model"])
    *_, line = capfd.readouterr().err.splitlines()
    found = run(["doctor", "--format", "json"])

    assert (code, found) == (ExitCode.HUB_UNAVAILABLE, ExitCode.ATTENTION)
    assert line.startswith(f"hubtrends: HF_TOKEN_PATH is '{login}': the saved login cannot be read")
    assert "the saved login cannot be read" in capfd.readouterr().out
