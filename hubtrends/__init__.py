"""The shell: command line, daemon, pipeline and configuration; the only place where the stages meet.

`hubtrends.open()` is the store for notebooks; it is loaded when it is first called.
"""

import os
from typing import TYPE_CHECKING

from hubtrends.sizes import MEMORY

if TYPE_CHECKING:
    from hubtrends.api import Hub


def open(path: "str | os.PathLike[str] | None" = None, memory: str = MEMORY) -> "Hub":  # noqa: A001
    """Open the store at `path`, or the configured one; the Hub it gives answers with polars frames.

    `memory` is what DuckDB may take for a question, such as 500MB.
    """
    from hubtrends.api import open_hub

    return open_hub(path, memory)
