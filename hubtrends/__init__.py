"""The shell: command line, daemon, jobs and settings; the only package that connects the layers.

`hubtrends.open()` is the store for notebooks; it is loaded when it is first called.
"""

import os
from typing import TYPE_CHECKING

from hubtrends.sizes import MEMORY

if TYPE_CHECKING:
    from hubtrends.api import Hub


def open(path: "str | os.PathLike[str] | None" = None, memory: str = MEMORY) -> "Hub":  # noqa: A001
    """Open the store at `path`, or the configured one, for queries that return polars frames.

    `memory` limits the memory of a query, such as 500MB.
    """
    from hubtrends.api import open_hub

    return open_hub(path, memory)
