"""The modules that every verb needs, in one file.

To find, open and read each of them costs more than to run it. `python -m entrypoint.bundle` puts
their byte code into one file beside them, once that is compiled, when the base image is built. The
image's program (images/base/entrypoint) runs the modules from it, where it is there; without it
they are imported one by one, as everywhere else.

Like the byte code, it is not checked against the sources. It is listed among the distribution's
files, so that pip removes it with them; other sources that are mounted in their place hide it.
"""

from __future__ import annotations

import importlib.util
import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: In the order in which they import one another. A verb's own module comes from its own file.
MODULES = (
    "entrypoint",
    "entrypoint.errors",
    "entrypoint.plan",
    "entrypoint.project",
    "entrypoint.verbs",
    "entrypoint.table",
    "entrypoint.dispatch",
    "entrypoint.execute",
    "entrypoint.user",
    "entrypoint.writable",
    "entrypoint.role",
    "entrypoint.__main__",
)

PACKAGE = os.path.dirname(__file__)
PATH = os.path.join(PACKAGE, "bundle.marshal")

#: Bytes before the code in a file of byte code (PEP 552).
HEADER = 16


def entries() -> list[tuple[str, str, dict[str, Any], bytes]]:
    """Return of each module its name, its parent's name or "", its attributes, and its byte code.

    Raises:
        OSError: the byte code has not been compiled.
    """
    found = []
    for name in MODULES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None or spec.cached is None:
            raise FileNotFoundError(name)
        attributes: dict[str, Any] = {"__file__": spec.origin, "__package__": spec.parent}
        if spec.submodule_search_locations is not None:
            attributes["__path__"] = list(spec.submodule_search_locations)
        with open(spec.cached, "rb") as file:
            code = file.read()[HEADER:]
        found.append((name, name.rpartition(".")[0], attributes, code))
    return found


def main() -> None:
    """Write the file, and list it among the distribution's."""
    with open(PATH, "wb") as file:
        marshal.dump(entries(), file)
    from importlib.metadata import distribution

    record = next(
        path
        for path in distribution("django-container-entrypoint").files or ()
        if path.name == "RECORD"
    )
    with open(record.locate(), "a", encoding="utf-8") as file:
        file.write(f"{os.path.basename(PACKAGE)}/{os.path.basename(PATH)},,\n")


if __name__ == "__main__":
    main()
