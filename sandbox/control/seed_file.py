"""Reading seed files."""

from pathlib import Path

from sandbox.control.seeds import Seed
from sandbox.core.errors import StartError
from sandbox.core.toml_file import FileProblemError, parse, read_text

EXIT_SEED = 2


def load_seed(path: Path) -> Seed:
    """Read a seed file, or say what is wrong with it."""
    try:
        text = read_text(path, "seed file")
    except FileProblemError as error:
        raise StartError(str(error), EXIT_SEED) from error
    return parse_seed(text, str(path))


def parse_seed(text: str, file: str) -> Seed:
    """Read the text of a seed."""
    try:
        return parse(text, file, Seed)
    except FileProblemError as error:
        raise StartError(str(error), EXIT_SEED) from error
