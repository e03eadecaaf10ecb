"""`python -m entrypoint.checking ARGS…`."""

import sys

from entrypoint.checking import main

sys.exit(main(tuple(sys.argv[1:])))
