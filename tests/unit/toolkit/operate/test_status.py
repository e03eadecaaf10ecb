import json

import pytest

from toolkit.operate import status
from toolkit.operate.observing import Look, observe, read
from toolkit.operate.remarks import remarks

FACTS = """\
clock 1000
free 9000000
engine yes
installed yes
writable yes
file TAG export TAG=build-2
file REVERT export TAG=build-1
"""

IMAGE = "registry.example.org/antisocial"


def containers(*, tag="build-2", web="Up 3 minutes (healthy)"):
    return (
        f"container antisocial-web {IMAGE}:{tag} {web}\n"
        f"container antisocial-worker {IMAGE}:{tag} Up About an hour (healthy)\n"
        "job antisocial 0|Sat 2026-11-28 13:46:00 UTC|active|\n"
        "job antisocial-worker 2|Sat 2026-11-28 12:46:00 UTC|active|\n"
    )


def beat(tag="build-2"):
    return f"container antisocial-beat {IMAGE}:{tag} Up 2 days\n"


@pytest.fixture
def seen(fleet, shell):
    """What is shown of hosts, whose facts and looks are given by name."""

    def see(facts=None, looks=None, roles=(), gone=()):
        facts, looks = facts or {}, looks or {}
        every = {"app1": containers() + beat(), "app2": containers(), **facts}
        shell.gone = set(gone)
        shell.answers["facts"] = lambda host: FACTS + every[host.name]
        shell.answers["operate/look"] = lambda host: looks.get(host.name, "home yes\n")
        app = fleet(roles=roles)
        reports = observe(shell, app)
        rows = status.rows(app, reports)
        said = remarks(app, reports, rows)
        return app, reports, rows, said

    return see


def texts(seen):
    return [each.text for each in seen[3]]


def journal(state="open", step="surge", phase="web", to="build-3", kind="deploy"):
    data = {
        "id": "1",
        "kind": kind,
        "app": "antisocial",
        "to": to,
        "state": state,
        "before": {"tag": "build-2", "revert": "build-1"},
        "phase": phase,
        "step": step,
        "who": "ann@desk",
        "began": "2026-11-28T13:40:00+00:00",
        "at": "",
    }
    return f"file JOURNAL {json.dumps(data)}\n"


def lock(kind="deploy"):
    said = {"id": "7", "kind": kind, "who": "ann@desk", "since": "13:40", "why": "because"}
    return f"file LOCK {json.dumps(said)}\n"


def test_all_is_well(seen):
    _, _, rows, said = seen()
    assert not said
    assert (
        status.text(rows, said)
        == """\
host  role    tag      health   since          restarts
app1  web     build-2  healthy  3 minutes      0
app1  worker  build-2  healthy  About an hour  2
app1  beat    build-2  running  2 days         -
app2  web     build-2  healthy  3 minutes      0
app2  worker  build-2  healthy  About an hour  2"""
    )


def test_roles(seen):
    assert {row.role for row in seen(roles=["beat"])[2]} == {"beat"}


@pytest.mark.parametrize(
    ("docker", "health", "detail"),
    [
        ("Up 5 seconds (health: starting)", "starting", ""),
        ("Up 5 minutes (unhealthy)", "unhealthy", ""),
        ("Up 5 minutes (Paused)", "paused", ""),
        ("Exited (1) 2 minutes ago", "not running", "exited (1) 2 minutes ago"),
        ("Created", "not running", "created"),
    ],
)
def test_what_docker_says(seen, docker, health, detail):
    found = seen({"app2": containers(web=docker)})
    row = next(row for row in found[2] if (row.host, row.role) == ("app2", "web"))
    assert (row.health, row.detail) == (health, detail)
    assert len(texts(found)) == 1
    assert all(each.wrong is (health != "starting") for each in found[3])


def test_no_container(seen):
    found = seen({"app1": containers()})
    assert texts(found) == ["antisocial-beat does not run on app1."]
    assert "app1  beat    - (TAG: build-2)  not running" in status.text(*found[2:])


def test_another_tag_than_tags(seen):
    found = seen({"app1": containers(tag="build-1") + beat()})
    assert "app1  web     build-1 (TAG: build-2)  healthy" in status.text(*found[2:])
    assert texts(found)[0] == (
        "antisocial-web on app1 runs build-1, and TAG says build-2: it was not restarted since."
    )


def test_an_image_whose_tag_has_moved(seen):
    web = f"container antisocial-web sha256:{'ab' * 32} Up 3 minutes (healthy)\n"
    found = seen({"app2": web})
    assert "sha256:abababababab (TAG: build-2)" in status.text(*found[2:])


def test_hosts_on_different_tags(seen):
    other = "file TAG export TAG=build-1\n" + containers(tag="build-1")
    assert texts(seen({"app2": other})) == [
        "Hosts are on different tags: build-2 on app1; build-1 on app2."
    ]


def test_no_tag(seen):
    found = seen(dict.fromkeys(("app1", "app2"), "file TAG \nfile TAG export TAG=\n"))
    assert texts(found)[0] == (
        "app1 and app2 have no tag of antisocial: `toolkit deploy antisocial` brings one."
    )


def test_a_deploy_that_was_cut_off(seen):
    facts = {"app1": containers() + beat() + journal(), "app2": containers() + journal(step="")}
    assert texts(seen(facts)) == [
        "The deploy of build-3 by ann@desk, begun 2026-11-28T13:40:00+00:00, was cut off (app1: "
        "web, surge; app2: web). Go on: `toolkit deploy antisocial --tag build-3`; or back: "
        "`toolkit rollback antisocial --unfinished`."
    ]


def test_one_that_is_broken(seen):
    text = texts(seen({"app2": containers() + journal("broken")}))[0]
    assert "failed, and so did its way back (app2: web, surge)" in text


def test_one_that_is_under_way(seen):
    """What is between two tags is not told besides."""
    facts = {"app2": containers(tag="build-3") + journal() + lock()}
    found = seen(facts, {"app2": "home yes\nheld yes\n"})
    assert texts(found) == [
        "The deploy of build-3 by ann@desk, begun 2026-11-28T13:40:00+00:00, is under way (app2: "
        "web, surge).",
        "app2: a deploy has the lock: ann@desk, because, since 13:40.",
    ]


@pytest.mark.parametrize("state", ["done", "returned"])
def test_one_that_is_over(seen, state):
    assert not texts(seen({"app2": containers() + journal(state)}))


def test_a_stale_lock(seen):
    found = seen({"app2": containers() + lock()})
    assert texts(found) == [
        "A lock is left on app2, and nobody holds it: ann@desk, because, since 13:40. The next "
        "deploy takes it over; `toolkit unlock antisocial` removes it."
    ]
    assert found[3][0].wrong


def test_a_persons_lock(seen):
    facts = {"app1": containers() + beat() + lock("manual"), "app2": containers() + lock("manual")}
    found = seen(facts)
    assert texts(found) == [
        "Locked on app1 and app2 by ann@desk, because, since 13:40. Deploys are refused until "
        "`toolkit unlock antisocial`."
    ]
    assert not found[3][0].wrong


def test_what_a_deploy_has_left(seen):
    left = f"container antisocial-web-surge {IMAGE}:build-2 Up 3 hours (healthy)\n"
    ended = f"container antisocial-release {IMAGE}:build-2 Exited (1) 2 hours ago\n"
    assert texts(seen({"app2": containers() + left + ended})) == [
        "antisocial-web-surge is left on app2 (Up 3 hours (healthy)): `toolkit deploy antisocial` "
        "removes it.",
        "antisocial-release is left on app2 (Exited (1) 2 hours ago): `toolkit prune antisocial` "
        "removes it.",
    ]


def test_maintenance(seen):
    found = seen(looks={"proxy1": "home yes\nmaintenance yes\n"})
    assert texts(found) == [
        "Visitors get the sorry page of proxy1, until `toolkit maintenance off antisocial`."
    ]
    assert not found[3][0].wrong


def test_hosts_that_are_lost(seen):
    found = seen(gone=["app2", "proxy1"])
    assert texts(found) == [
        "app2 cannot be reached: no route. Try: ssh deploy@app2",
        "proxy1 cannot be reached: no route. Try: ssh deploy@proxy1",
    ]
    shown = status.text(*found[2:]).splitlines()
    assert shown[4].split() == ["app2", "web", "-", "unreachable", "-", "-"]
    assert shown[6].split() == ["proxy1", "proxy", "-", "unreachable", "-", "-"]


def test_no_engine_and_no_files(seen):
    facts = "engine-error Cannot connect to the Docker daemon\n"
    found = texts(seen({"app2": facts}))
    assert found[0] == "app2: Docker does not answer: Cannot connect to the Docker daemon"


def test_json(seen):
    found = seen({"app2": containers() + lock("manual")}, gone=["proxy1"])
    data = json.loads(json.dumps(status.data(*found)))
    assert (data["app"], data["ok"]) == ("antisocial", False)
    assert data["containers"][1] == {
        "host": "app1",
        "role": "worker",
        "instance": "antisocial-worker",
        "tag": "build-2",
        "expected": "build-2",
        "health": "healthy",
        "since": "About an hour",
        "restarts": 2,
        "started": "Sat 2026-11-28 12:46:00 UTC",
        "detail": "",
    }
    assert data["hosts"][1]["lock"]["who"] == "ann@desk"
    assert data["hosts"][2]["reachable"] is False
    assert data["attention"][0] == {
        "text": "proxy1 cannot be reached: no route. Try: ssh deploy@proxy1",
        "wrong": True,
    }


def test_a_look():
    assert read("home yes\nheld yes\n") == Look(home=True, held=True)
    assert read("") == Look()
