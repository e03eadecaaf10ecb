"""The program behind an app's verb that is a function: `python -m entrypoint.calling M:F ARGS…`."""

from __future__ import annotations

import importlib
import os
import sys

from entrypoint.errors import ConfigurationError, EntrypointError, fail


def main() -> None:
    """Set Django up, where there are settings, and call the function with the arguments.

    What it returns is the exit code: None is 0.
    """
    name, *args = sys.argv[1:]
    sys.argv[:] = [name, *args]
    try:
        function = find(name)
    except EntrypointError as error:
        fail(error)
    sys.exit(function(args))


def find(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - any callable
    """Return the function that `package.module:function` names.

    Raises:
        ConfigurationError: there is no such module, or no such function in it.
    """
    module_name, _, attribute = name.partition(":")
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        import django  # type: ignore[import-untyped,import-not-found,unused-ignore]

        django.setup()
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise
        raise ConfigurationError(
            f"there is no module {error.name}, of the verb's function {name}.",
            "Its name in pyproject.toml is package.module:function.",
        ) from None
    function = getattr(module, attribute, None)
    if not callable(function):
        raise ConfigurationError(
            f"the module {module_name} has no function {attribute}.",
            "Its name in pyproject.toml is package.module:function.",
        )
    return function


if __name__ == "__main__":
    main()
