"""Where scenarios are: those that come along, and those of a folder that a setting names."""

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.control.scenarios.shape import Scenario
from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.toml_file import FileProblemError, parse, read_text
from sandbox.core.wording import did_you_mean

SHIPPED = Path(__file__).parents[2] / "scenarios"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


class ScenarioProblemError(InvalidError):
    """A scenario file is wrong; the text has a line for each thing."""

    code = "scenario_invalid"


class UnknownScenarioError(NotFoundError):
    """There is no scenario of this name."""

    code = "scenario_unknown"


@dataclass(frozen=True)
class Entry:
    """A scenario by its name, or why it cannot be used."""

    name: str
    scenario: Scenario | None
    problem: str = ""


class Library:
    """Finds scenarios; files are read anew each time, so that they can be written while the sandbox runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folders = [SHIPPED] if folder is None else [folder, SHIPPED]

    def all(self) -> list[Entry]:
        """Return every scenario by name; one of the own folder takes the place of one that came along."""
        return [self._read(name, path) for name, path in sorted(self._paths().items())]

    def get(self, name: str) -> Scenario:
        """Return a scenario, or say what is wrong with it or which there are."""
        paths = self._paths()
        if name not in paths:
            hint = did_you_mean(name, list(paths), cutoff=0.4)
            raise UnknownScenarioError(f"There is no scenario {name[:60]!r}.{hint}")
        found = self._read(name, paths[name])
        if found.scenario is None:
            raise ScenarioProblemError(found.problem)
        return found.scenario

    def _paths(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in reversed(self._folders):
            files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
            found |= {path.stem: path for path in files if _NAME.fullmatch(path.stem)}
        return found

    @staticmethod
    def _read(name: str, path: Path) -> Entry:
        try:
            return Entry(name, parse(read_text(path, "scenario"), path.name, Scenario))
        except FileProblemError as error:
            return Entry(name, None, str(error))
