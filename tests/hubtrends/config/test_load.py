"""The configuration: where it is found, what is refused and how, and what is written back."""

import contextlib
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.kinds import Kind, Scope
from hubtrends.config.load import ConfigError, Problem, dump, load, read, setting_keys
from hubtrends.config.settings import (
    CrawlSettings,
    RateLimitSettings,
    ScheduledCrawl,
    ScheduleSettings,
    Section,
    Settings,
)

CHECKED_IN = Path(__file__).parents[3] / "config.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, so that no configuration of the developer is found."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str, name: str = "hubtrends.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str) -> list[str]:
    """What is said about a configuration file with this text."""
    with pytest.raises(ConfigError) as caught:
        read(written(folder, text))
    return [str(problem) for problem in caught.value.problems]


class TestFinding:
    def test_nothing_given(self) -> None:
        """Without any file the defaults hold."""
        assert load(None, {}) == Settings()

    def test_order(self, folder: Path) -> None:
        """--config goes before $HUBTRENDS_CONFIG, and that before config.yaml in the current folder."""
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
        """A relative path, a default one too, is taken from the folder of the file; an absolute one stays."""
        (folder / "etc").mkdir()
        found = read(written(folder / "etc", "reports: /srv/reports\nwatch_list: lists/mine.txt\n"))

        assert folder / "etc" / "hub.duckdb" == found.database
        assert Path("/srv/reports") == found.reports
        assert folder / "etc" / "lists" / "mine.txt" == found.watch_file

    def test_home(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A path may start with a tilde; an unknown home is a problem and no crash."""
        monkeypatch.setenv("HOME", "/home/keeper")

        assert Path("/home/keeper/hub.duckdb") == read(written(folder, "database: ~/hub.duckdb")).database
        assert problems(folder, "reports: ~nobody-here/out") == [
            "reports: ~nobody-here/out starts in a home folder that cannot be found"
        ]

    def test_database_from_the_environment(self, folder: Path) -> None:
        """$HUBTRENDS_DB goes before the file, and the watch list moves along."""
        file = written(folder, "database: other.duckdb")
        found = load(file, {"HUBTRENDS_DB": "/srv/hub.duckdb"})

        assert Path("/srv/hub.duckdb") == found.database
        assert Path("/srv/watch.txt") == found.watch_file

    @pytest.mark.parametrize("text", ["", "# nothing\n", "crawl:\n", "trends:\n  shock:\n"])
    def test_empty_sections(self, folder: Path, text: str) -> None:
        """An empty file or section means its defaults."""
        assert Settings().seen_from(folder) == read(written(folder, text))


class TestRefusing:
    def test_all_problems_at_once(self, folder: Path) -> None:
        """Every problem is named by its path, with the nearest right word."""
        text = """
            databse: hub.duckdb
            page_size: 100
            crawl:
              tpo: 3
              top: "10"
              kinds: [modle]
              page_size: 5000
            budget: [1]
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
            "budget: must be keys with values, not [1]",
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
            ("budget: {reserve: 1.0}", "rate_limit.reserve: must be below 1, not 1.0"),
            (
                "trends: {shock: {withhold: 0.01}}",
                "trends.shock: withhold (0.01) must not be below banner (0.05)",
            ),
        ],
    )
    def test_one_problem(self, folder: Path, text: str, problem: str) -> None:
        """Each kind of mistake is told in words that name the place."""
        (said,) = problems(folder, text)

        assert said.startswith(problem)

    @pytest.mark.parametrize("weekday", ["1", "0-6", "mon,2", "7", "5/2", "*/2"])
    def test_numbers_of_weekdays(self, folder: Path, weekday: str) -> None:
        """The scheduler counts weekdays from Monday and crontab from Sunday, so only names are taken."""
        (said,) = problems(folder, f"schedule: {{report: '0 11 * * {weekday}'}}")

        assert "by name (mon, tue, mon-fri)" in said

    @pytest.mark.parametrize(
        "cron", ["x", "* * *", "61 * * * *", "0 0 * * funday", "0 0 30 2 *", "@daily", "0 0 * * * *", "١ * * * *"]
    )
    def test_impossible_times(self, folder: Path, cron: str) -> None:
        """A cron expression that cannot be read or never fires is named."""
        (said,) = problems(folder, f"schedule: {{report: '{cron}'}}")

        assert said.startswith(f"schedule.report: '{cron}' ")

    @pytest.mark.parametrize("day", ["1", "1-7", "*/2", "last"])
    def test_a_day_and_a_weekday(self, folder: Path, day: str) -> None:
        """Crontab means either and the scheduler both, so the two that may be meant are shown."""
        (said,) = problems(folder, f"schedule: {{report: '0 11 {day} 5 mon'}}")

        assert f"write '0 11 {day} 5 *' or '0 11 * 5 mon'" in said

    @pytest.mark.parametrize("cron", ["*/15 * * * mon-fri", "0 0 last * *", "0 0 29 2 *", "0 0 * * mon-fri/2"])
    def test_possible_times(self, cron: str) -> None:
        """What the scheduler understands is taken as it is written."""
        assert cron == ScheduledCrawl(cron=cron).cron

    def test_missing_file(self, folder: Path) -> None:
        """A file that was asked for must exist; the message says how to make one."""
        with pytest.raises(ConfigError) as caught:
            load(folder / "none.yaml", {})

        assert folder / "none.yaml" == caught.value.path
        assert (Problem("", "no such file; 'hubtrends config show' prints one to start from"),) == (
            caught.value.problems
        )

    @pytest.mark.parametrize(
        ("content", "words"),
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
    def test_files_that_are_no_configuration(self, folder: Path, content: bytes, words: str) -> None:
        """Whatever the bytes are, one line says what is wrong with the file."""
        (folder / "odd.yaml").write_bytes(content)

        with pytest.raises(ConfigError, match=words):
            load(folder / "odd.yaml", {})

    def test_paths_that_are_no_file(self, folder: Path) -> None:
        """A folder, a FIFO that nobody writes to and a device without end are named, not waited for."""
        os.mkfifo(folder / "fifo.yaml")
        for path, words in (
            (folder, "cannot be read: Is a directory"),
            (folder / "fifo.yaml", "it is not a regular file"),
            (Path("/dev/zero"), "it is not a regular file"),
        ):
            with pytest.raises(ConfigError, match=words):
                load(path, {})

    def test_a_billion_laughs(self, folder: Path) -> None:
        """Anchors within anchors unfold nowhere, not even in the message."""
        levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 40))
        (said, *_) = problems(folder, f"l0: &l0 [lol]\n{levels}")

        assert said == "l0: no such setting"

    @settings(deadline=None)
    @given(text=st.text(alphabet="abcrwl:top[]{}&*!|>'\"%@`#-,.? \n\t01", max_size=60))
    def test_any_text(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        """Whatever the file holds, reading gives settings or a ConfigError."""
        file = written(tmp_path_factory.getbasetemp(), text)
        with contextlib.suppress(ConfigError):
            assert isinstance(read(file), Settings)


class TestWriting:
    def test_checked_in_file(self) -> None:
        """config.yaml is `hubtrends config show` with the defaults; run that to renew it."""
        assert dump(Settings()) == CHECKED_IN.read_text(encoding="utf-8")

    def test_every_setting_is_explained(self) -> None:
        """Each setting has a comment, those inside a list included."""
        text = dump(Settings())
        listed = [key.rpartition(".")[2] for key in setting_keys(ScheduledCrawl)]

        assert all(f"#   {key}: " in text for key in listed)
        assert all(field.description or isinstance(field.default, Section) for field in Settings.model_fields.values())

    def test_keys_alone(self) -> None:
        """Without comments the same settings are written in fewer lines."""
        bare = dump(Settings(), comments=False)

        assert "#" not in bare
        assert yaml.safe_load(bare) == yaml.safe_load(dump(Settings()))

    @settings(deadline=None)
    @given(
        database=st.text(st.characters(codec="utf-8", exclude_characters="/~\0"), min_size=1),
        top=st.integers(min_value=0),
        reserve=st.floats(min_value=0, max_value=1, exclude_max=True),
        kinds=st.permutations(list(Kind)),
        crawls=st.lists(st.builds(ScheduledCrawl, cron=st.just("5 4 * * *"), scope=st.sampled_from(Scope)), max_size=3),
    )
    def test_round_trip(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        database: str,
        top: int,
        reserve: float,
        kinds: list[Kind],
        crawls: list[ScheduledCrawl],
    ) -> None:
        """What is written is read as the same settings, whatever the values."""
        unusual = Settings(
            database=Path("/srv") / f"{database}.duckdb",
            reports=Path("/srv"),
            crawl=CrawlSettings(top=top, kinds=tuple(kinds)),
            rate_limit=RateLimitSettings(reserve=reserve),
            schedule=ScheduleSettings(crawls=tuple(crawls)),
        )
        file = written(tmp_path_factory.getbasetemp(), dump(unusual))

        assert unusual == read(file)
