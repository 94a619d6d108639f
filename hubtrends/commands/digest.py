"""The program without a command: the digest of the newest report, or what to do first."""

from hubtrends.commands.options import settings_for
from hubtrends.errors import NoReportYetError
from hubtrends.output.streams import drawn, emit
from hubtrends.published import digest_of, newest_page

FIRST = """\
hubtrends keeps the history of the Hugging Face Hub and reports what moved, week over week.
There is no report in {folder} yet.

  hubtrends demo      Try it on a simulated Hub, without network or token.
  hubtrends weekly    Crawl the Hub and write the first report.
  hubtrends --help    Show every command.
"""


def show_digest() -> None:
    """Print the digest of the newest report, or the first steps."""
    folder = settings_for(None, None).reports
    try:
        page = newest_page(folder)
    except NoReportYetError:
        emit(FIRST.format(folder=folder))
        return
    digest = digest_of(page)
    if digest is not None:
        emit(drawn(digest))
    emit(f"\nThe report is {page}. `hubtrends open` shows it, `hubtrends --help` lists the commands.\n")
