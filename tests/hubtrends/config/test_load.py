"""How the configuration file is found and which problems of it are reported."""

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubtrends.config.load import load, read
from hubtrends.config.settings import Settings
from hubtrends.errors import ConfigError, Problem


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, so that no configuration file of the developer is found."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str, name: str = "hubtrends.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str) -> list[str]:
    """Return the problems of a configuration file with this text."""
    with pytest.raises(ConfigError) as caught:
        read(written(folder, text))
    return [str(problem) for problem in caught.value.problems]


class TestFinding:
    def test_nothing_given(self) -> None:
        """Without any file the defaults apply."""
        assert load(None, {}) == Settings()

    def test_order(self, folder: Path) -> None:
        """--config overrides $HUBTRENDS_CONFIG, which overrides config.yaml in the current folder."""
        written(folder, "crawl: {top: 1}", "config.yaml")
        named = written(folder, "crawl: {top: 2}", "named.yaml")
        given_file = written(folder, "crawl: {top: 3}", "given.yaml")
        environ = {"HUBTRENDS_CONFIG": str(named)}

        assert [
            load(None, {"HUBTRENDS_CONFIG": ""}).crawl.top,
            load(None, environ).crawl.top,
            load(given_file, environ).crawl.top,
        ] == [1, 2, 3]

    def test_paths_are_relative_to_the_file(self, folder: Path) -> None:
        """Relative paths, defaults included, start at the folder of the file; absolute paths stay."""
        (folder / "etc").mkdir()
        found = read(written(folder / "etc", "reports: /srv/reports\nwatch_list: lists/mine.txt\n"))

        assert folder / "etc" / "hub.duckdb" == found.database
        assert Path("/srv/reports") == found.reports
        assert folder / "etc" / "lists" / "mine.txt" == found.watch_file

    def test_home(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A path may start with a tilde; an unknown home folder is reported as a problem."""
        monkeypatch.setenv("HOME", "/home/keeper")

        assert Path("/home/keeper/hub.duckdb") == read(written(folder, "database: ~/hub.duckdb")).database
        assert problems(folder, "reports: ~nobody-here/out") == [
            "reports: ~nobody-here/out starts in a home folder that cannot be found"
        ]

    def test_database_from_the_environment(self, folder: Path) -> None:
        """$HUBTRENDS_DB overrides the database of the file and moves the watch list with it."""
        file = written(folder, "database: other.duckdb")
        found = load(file, {"HUBTRENDS_DB": "/srv/hub.duckdb"})

        assert Path("/srv/hub.duckdb") == found.database
        assert Path("/srv/watch.txt") == found.watch_file

    @pytest.mark.parametrize("text", ["", "# nothing\n", "crawl:\n", "trends:\n  shock:\n"])
    def test_empty_sections(self, folder: Path, text: str) -> None:
        """An empty file or section means its defaults."""
        assert Settings().relative_to(folder) == read(written(folder, text))


class TestRefusing:
    def test_all_problems_at_once(self, folder: Path) -> None:
        """Every problem has the path of its setting and the nearest valid word."""
        text = """
            databse: hub.duckdb
            page_size: 100
            crawl:
              tpo: 3
              top: "10"
              kinds: [modle]
              page_size: 5000
            rate_limit: [1]
            schedule:
              crawls:
                - {cron: 30 9 * * *, scop: full}
                - {kinds: []}
            trends: {shock: {banner: .inf}, shrink: {likes: 0}}
            1: x
        """

        assert {
            "databse: no such setting (did you mean 'database'?)",
            "page_size: no such setting (did you mean 'crawl.page_size'?)",
            "crawl.tpo: no such setting (did you mean 'top'?)",
            "crawl.top: must be a whole number, not '10'",
            "crawl.kinds.0: must be 'model', 'dataset', 'space', 'paper' or 'article', not 'modle'"
            " (did you mean 'model'?)",
            "crawl.page_size: must be at most 1000, not 5000",
            "rate_limit: must be keys with values, not [1]",
            "schedule.crawls.0.scop: no such setting (did you mean 'scope'?)",
            "schedule.crawls.1.cron: is missing",
            "schedule.crawls.1.kinds: must name at least one kind",
            "trends.shock.banner: must be a finite number, not inf",
            "trends.shrink.likes: must be above 0, not 0",
            "1: a key must be text",
        } == set(problems(folder, text))

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("- a\n- b\n", "must be keys with values, not ['a', 'b']"),
            ("crawl: {top: 1", "line 1, column 15: not valid YAML: expected ',' or '}', but got '<stream end>'"),
            ("crawl: {top: 1}\ncrawl: {}\n", "line 2, column 1: not valid YAML: the key 'crawl' is repeated"),
            ("database: !!python/name:os.system x", "line 1, column 11: not valid YAML: could not determine a"),
            ("database: 2026-99-99", "not valid YAML: month must be in 1..12"),
            ("database: ''", "database: must name a file"),
            ("crawl: {top: true}", "crawl.top: must be a whole number, not True"),
            ("schedule: {catch_up: 1}", "schedule.catch_up: must be true or false, not 1"),
            ("crawl: {kinds: [model, model]}", "crawl.kinds: must name each kind once"),
            ("rate_limit: {reserve: 1.0}", "rate_limit.reserve: must be below 1, not 1.0"),
            ("schedule: {report: '* * *'}", "schedule.report: '* * *' is not a cron expression"),
            ("budget: {reserve: 0.1}", "budget: is called 'rate_limit' now"),
            ("crawl: {post_days: 3}", "crawl.post_days: is called 'crawl.article_days' now"),
            (
                "crawl: {kinds: [post]}",
                "crawl.kinds.0: must be 'model', 'dataset', 'space', 'paper' or 'article', not 'post'"
                " (did you mean 'article'?)",
            ),
            (
                "trends: {shock: {withhold: 0.01}}",
                "trends.shock: withhold (0.01) must not be below banner (0.05)",
            ),
        ],
    )
    def test_one_problem(self, folder: Path, text: str, problem: str) -> None:
        """The message of each type of mistake starts with its position."""
        (message,) = problems(folder, text)

        assert message.startswith(problem)

    def test_missing_file(self, folder: Path) -> None:
        """A file that was named must exist; the message says how to create one."""
        with pytest.raises(ConfigError) as caught:
            load(folder / "none.yaml", {})

        assert folder / "none.yaml" == caught.value.path
        assert (Problem("", "no such file; 'hubtrends config show' prints one to start from"),) == (
            caught.value.problems
        )

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"reports: caf\xe9\n", "it is not UTF-8 text: byte 0xe9 at 12"),
            (b"a: " + b"[" * 5000, "it is nested too deeply"),
            (b"a: " + b"{b: " * 5000, "it is nested too deeply"),
            (b'database: "a\\0b"\n', "database: must not contain a NUL character"),
            (b'reports: "a\\0b"\n', "reports: must not contain a NUL character"),
            (b'database: "\\ud800"\n', "database: has characters that no path can have"),
            (b"# " + b"x" * 2**20, "it is larger than 1 MiB"),
            (b"crawl: &a\n  kinds: *a\n", "crawl.kinds: must be a list"),
        ],
        ids=["latin-1", "lists", "mappings", "NUL", "NUL in a folder", "half a character", "huge", "a loop"],
    )
    def test_invalid_files(self, folder: Path, content: bytes, message: str) -> None:
        """Any bytes give one line that says what is wrong with the file."""
        (folder / "odd.yaml").write_bytes(content)

        with pytest.raises(ConfigError, match=message):
            load(folder / "odd.yaml", {})

    def test_paths_of_other_types(self, folder: Path) -> None:
        """A folder, a FIFO without a writer and an endless device are refused without waiting."""
        os.mkfifo(folder / "fifo.yaml")
        for path, message in (
            (folder, "cannot be read: Is a directory"),
            (folder / "fifo.yaml", "it is not a regular file"),
            (Path("/dev/zero"), "it is not a regular file"),
        ):
            with pytest.raises(ConfigError, match=message):
                load(path, {})

    def test_a_billion_laughs(self, folder: Path) -> None:
        """Nested anchors are not expanded, not even in the message."""
        levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 40))
        (message, *_) = problems(folder, f"l0: &l0 [lol]\n{levels}")

        assert message == "l0: no such setting"

    @settings(deadline=None)
    @given(text=st.text(alphabet="abcrwl:top[]{}&*!|>'\"%@`#-,.? \n\t01", max_size=60))
    def test_any_text(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        """Any text gives settings or a ConfigError."""
        file = written(tmp_path_factory.getbasetemp(), text)
        with contextlib.suppress(ConfigError):
            assert isinstance(read(file), Settings)
