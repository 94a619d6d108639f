"""Users of the command line: one starts processes, one runs commands in this process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

from hubtrends.cli import run

COMMAND = (sys.executable, "-c", "import sys; from hubtrends.cli import main; sys.argv[0] = 'hubtrends'; main()")


class User:
    """A user with a separate folder and a Hub."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environ = {**kept, "HOME": str(home), "HF_HOME": str(home / "hf"), "TZ": "Asia/Tokyo"}

    def runs(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            cwd=self.home, env={**self.environ, **environ}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def starts(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start the program in a new session, so that it can be signalled."""
        return subprocess.Popen(
            [*COMMAND, *words], cwd=self.home, env={**self.environ, **environ}, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def shell(self, line: str, *words: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
        """Run a line of bash in which "$@" is the program with its arguments, for example with a redirection."""
        return subprocess.run(
            ["bash", "-c", line, "bash", *COMMAND, *words],
            cwd=self.home, env={**self.environ, **environ}, capture_output=True, check=False,
        )  # fmt: skip


def one_line(stderr: str) -> str:
    """Return the last line of stderr, the only one that may name the program."""
    ours = [line for line in stderr.splitlines() if line.startswith("hubtrends: ")]
    assert len(ours) == 1, stderr
    assert "Traceback" not in stderr
    return ours[0]


class InProcess:
    """A user with a separate folder whose commands run in this process, without start-up time."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capsys, self._monkeypatch = home, capsys, monkeypatch
        monkeypatch.chdir(home)
        for name in ("HF_TOKEN", "HF_ENDPOINT", "HUBTRENDS_CONFIG", "HUBTRENDS_DB"):
            monkeypatch.delenv(name, raising=False)

    def runs(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        self._capsys.readouterr()
        with self._monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            if "HF_ENDPOINT" in environ:  # huggingface_hub reads it on import
                patch.setattr(constants, "ENDPOINT", environ["HF_ENDPOINT"])
            code = run(list(words))
        out, err = self._capsys.readouterr()
        return subprocess.CompletedProcess(words, code, out, err)
