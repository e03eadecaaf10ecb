"""Print how many modules below a folder have which kind of byte code, and the first of each.

The kinds are "unchecked" and "checked" (by the source's hash), "timestamp" (PEP 552) and "none".
"""

import importlib.util
import json
import sys
from pathlib import Path

KINDS = {0: "timestamp", 1: "unchecked", 3: "checked"}


def kind(path):
    try:
        head = Path(importlib.util.cache_from_source(str(path))).read_bytes()[:16]
    except FileNotFoundError:
        return "none"
    return KINDS[int.from_bytes(head[4:8], "little")]


found = {}
for path in Path(sys.argv[1]).rglob("*.py"):
    found.setdefault(kind(path), []).append(str(path))
print(json.dumps({key: [len(paths), min(paths)] for key, paths in sorted(found.items())}))
