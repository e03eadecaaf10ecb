"""What a run read, by name, so that the host can tell whether any of it has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from build_wheels.selection import Kind
from build_wheels.sources import DETECTED, Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from build_wheels.requirements import Parsed
    from build_wheels.selection import Wanted
    from build_wheels.sources import Source


def names(
    source: Source, parsed: Parsed, wanted: Iterable[Wanted], *, root: Path
) -> tuple[str, ...]:
    """Name everything that decided what is in the wheelhouse.

    Args:
        source: the input.
        parsed: what its requirements files say; empty for a lock file.
        wanted: the packages; those that are folders are read too.
        root: the app's folder.

    Returns:
        Files and folders relative to the app's folder, sorted. A name that is not there says that
        it was looked for: a lock file that is added later is preferred.
    """
    found = {Path(file) for file in source.files}
    before = DETECTED[: DETECTED.index(source.form)]
    found.update(Path(form.value) for form in before)
    if source.form is not Form.REQUIREMENTS:
        found.update(Path(file).parent / "pyproject.toml" for file in source.files)
    read = [*parsed.files, *(wish.directory for wish in parsed.wishes if wish.directory)]
    read += [Path(want.location) for want in wanted if want.kind is Kind.DIRECTORY]
    read += [root / wish.text for wish in parsed.wishes if not wish.name and not wish.directory]
    found.update(
        path.relative_to(root) for path in read if path.is_relative_to(root) and path.exists()
    )
    return tuple(sorted(map(str, found)))
