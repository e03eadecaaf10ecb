"""What runs inside the images is not installed here: it is imported from where it lies."""

import sys
from pathlib import Path

IMAGES = Path(__file__).parents[3] / "images"

for folder in ("builder", "base"):
    sys.path.insert(0, str(IMAGES / folder))
