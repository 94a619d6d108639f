"""`python -m hubtrends.sim` serves until Ctrl-C."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx2


def test_it_prints_its_url_and_stops_on_ctrl_c() -> None:
    """The first line on stdout is the URL; Ctrl-C ends it with status 0."""
    command = [sys.executable, "-m", "hubtrends.sim", "--day", "1", "--quota", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx2.get(f"{url}/api/models?limit=1", headers={"Accept": "*/*"})
        process.send_signal(signal.SIGINT)
        _, narration = process.communicate(timeout=30)

    assert len(answer.json()) == 1
    assert answer.headers["RateLimit"].startswith('"api";r=1;')
    assert (process.returncode, narration) == (0, "1 requests served\n")


def test_a_wrong_folder_is_one_line_and_status_2(tmp_path: Path) -> None:
    """A missing folder gives no traceback."""
    command = [sys.executable, "-m", "hubtrends.sim", "--folder", str(tmp_path / "nowhere")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
