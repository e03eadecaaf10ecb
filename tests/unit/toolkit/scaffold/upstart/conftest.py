"""The tests of Upstart's jobs have a reader of them: stanzas.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
