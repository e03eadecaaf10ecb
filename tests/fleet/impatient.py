"""The toolkit, which waits for a container no longer than as many seconds: impatient.py 40 deploy …

A container that is never ready costs a deploy two minutes, and a test should not take that long.
"""

import sys

from toolkit.__main__ import main
from toolkit.deploy.rolling import roles

roles.READY = int(sys.argv.pop(1))
sys.exit(main())
