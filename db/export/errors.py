"""Define the errors of exports, two branches of the tree in db/errors.py."""

from pathlib import Path

from db.errors import StoreError


class ExportError(StoreError):
    """An error of the export at `target`; `path` is the database."""

    def __init__(self, path: Path, target: str, *details: object) -> None:
        super().__init__(path, target, *details)
        self.target = target


class OtherDatabaseError(ExportError):
    """The target holds the export of another database."""

    def __str__(self) -> str:
        return f"{self.target} holds the export of another database than {self.path}: export to a place of its own"


class ExportDamagedError(ExportError):
    """The export differs from its manifest; `damages` has a line for each file."""

    def __init__(self, path: Path, target: str, damages: tuple[str, ...]) -> None:
        super().__init__(path, target, damages)
        self.damages = damages

    def __str__(self) -> str:
        rest = f", and {len(self.damages) - 3} more" if len(self.damages) > 3 else ""
        found = "; ".join(self.damages[:3])
        return f"the export at {self.target} is damaged ({found}{rest}): remove it and export again"


class TargetError(StoreError):
    """The target of an export cannot be used; `path` is the database, `target` the address."""

    def __init__(self, path: Path, target: str, reason: str) -> None:
        super().__init__(path, target, reason)
        self.target = target
        self.reason = reason


class PackageMissingError(TargetError):
    """The package for this address scheme is not installed; `reason` names it."""

    def __str__(self) -> str:
        return f"{self.target} cannot be written to yet: {self.reason}"


class TargetNotWritableError(TargetError):
    """The target cannot be read or written; `reason` is its error message."""

    def __str__(self) -> str:
        return f"{self.target} cannot be used ({self.reason}): check the address and what it permits"
