"""A fleet to try things on by hand: `python tests/fleet/stand.py up`, and `down` when done.

While it stands, TOOLKIT_TEST_FLEET=.cache/fleet/fleet.json has the tests use it, instead of one of
their own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hosts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from booting import Boot
from containers import Containers
from fleet import Fleet

from toolkit import engine as engines

HERE = Path(__file__).resolve().parent

#: Where it is written down; another folder, by TOOLKIT_FLEET_FOLDER, is another fleet.
FOLDER = Path(os.environ.get("TOOLKIT_FLEET_FOLDER", HERE.parents[1] / ".cache" / "fleet"))
FILE = FOLDER / "fleet.json"
REMAINS = FOLDER / "remains.json"


def attach() -> Fleet:
    """Return the fleet that stands."""
    return Fleet.read(FILE)


def up(*, deployed: bool) -> None:
    """Boot a fleet and leave it standing, with the probe's build-1 if asked."""
    if REMAINS.exists():
        sys.exit(f"One stands already, says {REMAINS}: stand.py down")
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {text}", flush=True)

    FOLDER.mkdir(parents=True, exist_ok=True)
    containers = Containers(engines.find(os.environ).client)
    try:
        fleet = Boot(containers=containers, folder=FOLDER / "ssh", say=say).boot()
    finally:
        REMAINS.write_text(json.dumps([containers._names, containers._others]))
    fleet.save(FILE)
    if deployed:
        say("the probe, installed and started")
        fleet.install()
        fleet.start("build-1")
    say("stands")
    print(
        f"export TOOLKIT_SSH_CONFIG={fleet.access.config}   # app1 app2 app3 proxy1 registry\n"
        f"  ssh -F {fleet.access.config} app1                # deploy@; root@app1 too\n"
        f"  ssh -F {fleet.access.jump} app1           # through proxy1\n"
        f"proxy: {fleet.url}, Host: probe.example.org\n"
        f"registry here: {fleet.registry}; on the hosts: registry:5000\n"
        f"toolkit … probe -C {HERE / 'apps' / 'probe'}\n"
        f"TOOLKIT_TEST_FLEET={FILE} has the tests use it"
    )


def down() -> None:
    """Remove it."""
    fleet = attach() if FILE.exists() else None
    registry = fleet.registry if fleet else ""
    names, others = json.loads(REMAINS.read_text())
    containers = Containers(engines.find(os.environ).client)
    containers._names.extend(names)
    containers._others.extend(map(tuple, others))
    containers.remove()
    if fleet:
        fleet.remove_images(registry)
    shutil.rmtree(FOLDER)


def push(tag: str, variant: str) -> None:
    """Push a version to the registry of the fleet that stands."""
    fleet = attach()
    print(f"registry:5000/probe:{fleet.versions().push(tag, variant)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up").add_argument("--deployed", action="store_true", help="with build-1")
    verbs.add_parser("down")
    pushing = verbs.add_parser("push", help="a version to its registry")
    pushing.add_argument("tag")
    pushing.add_argument("--variant", default="plain", help="a folder of apps/variants")
    args = parser.parse_args()
    if args.verb == "up":
        up(deployed=args.deployed)
    elif args.verb == "push":
        push(args.tag, args.variant)
    else:
        down()


if __name__ == "__main__":
    main()
