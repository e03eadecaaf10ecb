"""Print the modules of the standard library that cannot be imported."""

import contextlib
import importlib
import io
import json
import pkgutil
import sys
import sysconfig
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

names = set(getattr(sys, "stdlib_module_names", ()))  # since Python 3.10
if not names:
    library = Path(sysconfig.get_path("stdlib"))
    names.update(sys.builtin_module_names)
    names.update(
        each.name for each in pkgutil.iter_modules([str(library), f"{library}/lib-dynload"])
    )

missing = []
for name in sorted(names):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module(name)
    except ImportError:
        missing.append(name)
print(json.dumps(missing))
