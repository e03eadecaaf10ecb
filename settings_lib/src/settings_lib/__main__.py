"""``python -m settings_lib docs`` prints the reference, ``example`` a ``.env.example``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from settings_lib.reference import env_example, markdown
from settings_lib.schema import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

_DOCUMENTS = {"docs": markdown, "example": env_example}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a document.

    Args:
        arguments: The command line without the program; by default this process's.
    """
    parser = argparse.ArgumentParser(prog="python -m settings_lib", description=__doc__)
    parser.add_argument("document", choices=_DOCUMENTS)
    document = parser.parse_args(arguments).document
    sys.stdout.write(_DOCUMENTS[document](GROUPS))


if __name__ == "__main__":
    main()
