"""nginx, consul-template and Consul with the generated files, while instances come and go."""

import time

import pytest
from building import build, root_of
from containers import PREFIX, wait_until
from proxied import (
    HERE,
    Fleet,
    certificate,
    consul_template,
    dozen,
    remove,
    written,
)

from toolkit.manifest.reading import load
from toolkit.scaffold.targets import files

TEMPLATE = "/etc/consul-template/antisocial.ctmpl"
UNIT = "consul-template@antisocial"
SITE = "/etc/nginx/sites-available/antisocial"
EVERY = (8000, 8001, 8002)


@pytest.fixture(scope="module")
def standing_fleet(docker, module_containers, tmp_path_factory, say):
    binary = consul_template(say)
    say("a host of instances and a host of the proxy")
    image = build(
        docker,
        HERE / "host",
        f"{PREFIX}-proxy",
        ROOT=root_of("bookworm"),
        CONSUL_ROOT=root_of("bullseye"),
    )
    fleet = Fleet.boot(module_containers, image, binary)
    certificate(fleet.proxy.run, "/etc/ssl/other")
    for app in ("antisocial", "other"):
        manifest = load("", HERE, HERE / f"{app}.toml").manifest
        for host, targets in ((fleet.app, ("systemd", "registration")), (fleet.proxy, ("proxy",))):
            host.install(written(manifest, targets, tmp_path_factory.mktemp(app)), manifest.name)
    fleet.app.run("systemctl start antisocial.target other_app.target")
    fleet.proxy.run("rm /etc/nginx/sites-enabled/default")
    fleet.proxy.run(f"systemctl start nginx {UNIT} consul-template@other_app")
    say(f"the first list after {fleet.wait_for(*EVERY):.1f} s")
    yield fleet
    module_containers.remove()
    remove(docker, image)


@pytest.fixture
def fleet(standing_fleet):
    """Every instance is in the list."""
    standing_fleet.app.run("systemctl start antisocial.target")
    standing_fleet.wait_for(*EVERY)
    wait_until(lambda: standing_fleet.ask().status == 200, "nginx has not reloaded")
    return standing_fleet


def registered(fleet):
    """The instances that the agent of their host has."""
    script = "import json, urllib.request as r; print(*json.load(r.urlopen('http://127.0.0.1:8500/v1/agent/services')))"
    return set(fleet.app.run('python3 -c "$1"', script).split())


def test_an_instance_that_stops_leaves_the_list_before_it_drains(fleet, say):
    with fleet.traffic() as traffic:
        fleet.app.run("systemctl stop --no-block antisocial-8001")
        seconds = fleet.wait_for(8000, 8002)
        # The drain of its unit is still on.
        assert fleet.app.try_run("systemctl is-active antisocial-8001").stdout == "deactivating\n"
        fleet.app.run("while systemctl is-active -q antisocial-8001; do sleep 0.2; done")
        assert registered(fleet) == {"antisocial-8000", "antisocial-8002", "other_app"}
        fleet.app.run("systemctl start antisocial-8001")
        back = fleet.wait_for(*EVERY)
    say(f"gone after {seconds:.1f} s, back after {back:.1f} s, {len(traffic.answers)} requests")
    assert traffic.answers
    assert not traffic.failures


def test_an_instance_that_drains_leaves_the_list(fleet, say):
    with fleet.traffic() as traffic:
        fleet.app.run("systemctl kill --kill-who=main --signal=USR1 antisocial-8000")
        seconds = fleet.wait_for(8001, 8002)
        fleet.app.run("systemctl restart antisocial-8000")
        fleet.wait_for(*EVERY)
    say(f"drained after {seconds:.1f} s, {len(traffic.answers)} requests")
    assert not traffic.failures


@pytest.mark.parametrize("signal", ["KILL", "STOP"])
def test_an_instance_that_fails_takes_no_request_with_it(fleet, say, signal):
    unit = "antisocial-8002"
    with fleet.traffic() as traffic:
        if signal == "KILL":  # its unit starts it again
            fleet.app.run(f"systemctl kill --signal=KILL {unit}")
            time.sleep(8)
            fleet.wait_for(*EVERY)
        else:
            fleet.app.run(f"systemctl kill --kill-who=main --signal=STOP {unit}")
            say(f"hung, and gone after {fleet.wait_for(8000, 8001):.1f} s")
            fleet.app.run(f"systemctl kill --kill-who=main --signal=CONT {unit}")
            fleet.wait_for(*EVERY)
    assert not traffic.failures, traffic.failures


def test_with_no_instance_there_is_the_sorry_page(fleet):
    fleet.app.run("systemctl stop --no-block antisocial-8000 antisocial-8001 antisocial-8002")
    fleet.wait_for()
    wait_until(lambda: fleet.ask().sorry, fleet.ask().text)
    for method in ("GET", "POST", "PUT"):
        answer = fleet.ask("/some/page", method, b"x" if method != "GET" else None)
        assert answer.sorry
        assert answer.headers["retry-after"] == "10"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    # The other app has its own.
    assert fleet.ask(name="other.example.org", tls=True).status == 200


def test_with_consul_gone_the_last_list_stays(fleet, say):
    before = fleet.proxy.run(f"cat {SITE}")
    fleet.app.run("systemctl stop consul")
    time.sleep(3)
    fleet.proxy.run(f"systemctl stop consul; systemctl restart {UNIT}")
    time.sleep(4)
    with fleet.traffic() as traffic:
        fleet.proxy.run(f"systemctl restart {UNIT}; systemctl restart nginx")
        time.sleep(3)
    # nginx' own restart is all that a request may have met.
    assert fleet.ask().status == 200
    assert fleet.proxy.run(f"cat {SITE}") == before
    assert fleet.proxy.is_active(UNIT)
    assert any(each == "200" for each in traffic.answers)
    fleet.app.run("systemctl start consul")
    fleet.proxy.run("systemctl start consul")
    fleet.app.run("systemctl stop --no-block antisocial-8001")
    say(f"Consul is back: the list followed {fleet.wait_for(8000, 8002):.1f} s after a stop")


def test_an_agent_that_restarts_empties_no_list(fleet):
    with fleet.traffic() as traffic:
        fleet.app.run("systemctl restart consul")
        for _ in range(30):
            assert fleet.servers() == set(EVERY)
            time.sleep(0.2)
    assert not traffic.failures


def test_with_a_broken_template_nginx_serves_on_and_other_lists_follow(fleet):
    whole = fleet.proxy.run(f"cat {TEMPLATE}")
    before = fleet.proxy.run(f"cat {SITE}")
    try:
        fleet.proxy.write(TEMPLATE, whole.replace("[[ end ]]", "[[ nonsense"))
        fleet.proxy.run(f"systemctl restart {UNIT}")
        fleet.app.run("systemctl stop --no-block other_app")
        fleet.wait_for(app="other_app")
        fleet.app.run("systemctl start other_app")
        fleet.wait_for(9000, app="other_app")
        assert fleet.proxy.run(f"cat {SITE}") == before
        assert fleet.ask().status == 200
    finally:
        fleet.proxy.write(TEMPLATE, whole)
        fleet.app.run("systemctl start other_app")
    # Its unit tries again by itself.
    fleet.app.run("systemctl stop --no-block antisocial-8001")
    fleet.wait_for(8000, 8002)


def test_a_site_that_nginx_does_not_take_changes_nothing(fleet):
    whole = fleet.proxy.run(f"cat {TEMPLATE}")
    before = fleet.proxy.run(f"cat {SITE}")
    try:
        fleet.proxy.write(TEMPLATE, whole.replace("keepalive 16;", "no_such_directive;"))
        fleet.proxy.run(f"systemctl restart {UNIT}")
        wait_until(lambda: "was not taken" in fleet.journal(), fleet.journal())
        assert "no_such_directive" in fleet.journal()
        assert fleet.proxy.run(f"cat {SITE}") == before
        fleet.proxy.run("nginx -t && systemctl restart nginx")
        assert fleet.ask().status == 200
        assert fleet.proxy.is_active(UNIT)
    finally:
        fleet.proxy.write(TEMPLATE, whole)
        fleet.proxy.run(f"systemctl restart {UNIT}")
    # And the next good one is taken: the rejected one has left no trace.
    fleet.app.run("systemctl stop --no-block antisocial-8001")
    fleet.wait_for(8000, 8002)


def test_maintenance(fleet):
    fleet.proxy.run("mkdir -p /var/www/antisocial/.well-known/acme-challenge")
    fleet.proxy.run("echo proof >/var/www/antisocial/.well-known/acme-challenge/token")
    fleet.proxy.run("touch /var/www/antisocial/MAINTENANCE")
    try:
        for method in ("GET", "POST"):
            answer = fleet.ask("/page", method)
            assert answer.status == 503
            assert answer.sorry
        assert fleet.ask("/.well-known/acme-challenge/token").text == "proof\n"
        assert fleet.ask(name="other.example.org", tls=True).status == 200
    finally:
        fleet.proxy.run("rm /var/www/antisocial/MAINTENANCE")
    assert fleet.ask().status == 200
    assert fleet.ask("/sorry.html").told  # the app's own
    assert fleet.ask("/MAINTENANCE").told


def test_what_the_app_is_told(fleet):
    known = ("For", "Host", "Port", "Proto", "Protocol", "Ssl")
    names = (*(f"X_Forwarded_{each}" for each in known), "X_Real_IP", "X_Request_ID")
    forged = dict.fromkeys((*names, "Forwarded", "Proxy"), "198.51.100.1")
    answer = fleet.ask("/a%20b/?c=%2F", **forged)
    told = answer.told["headers"]
    assert "198.51.100.1" not in str(told)
    assert told["Host"] == "antisocial.example.org"
    assert told["X-Forwarded-Proto"] == "http"
    assert told["X-Forwarded-For"] == told["X-Real-IP"]
    assert len(told["X-Request-ID"]) == 32
    assert "Connection" not in told
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["x-odd"] == 'a "b" \\ [[ key "x" ]] {{ ; } #'
    # An answer of the app's own that says 503 stays as it is.
    assert fleet.ask("/?status=503").told["port"] in EVERY


@pytest.mark.parametrize("name", ["antisocial.example.org", "www.antisocial.example.net"])
def test_the_domains(fleet, name):
    assert fleet.ask(name=name).told["headers"]["Host"] == name


def test_a_post_is_not_sent_to_a_second_instance(fleet):
    before = fleet.seen()
    assert fleet.ask("/once?breaks=all", "POST", b"x").sorry
    assert fleet.seen() == before + 1
    time.sleep(6)  # of fail_timeout
    # A GET is: whichever is asked first, the one that does not break answers.
    for _ in range(6):
        assert fleet.ask("/?breaks=8000&breaks=8001").told["port"] == 8002


def test_the_body_may_be_as_large_as_the_manifest_says(fleet):
    assert fleet.ask("/", "POST", bytes(2**20)).told["length"] == 2**20
    assert fleet.ask("/", "POST", bytes(2**20 + 1)).status == 413


def test_the_app_may_take_as_long_as_the_manifest_says(fleet):
    assert fleet.ask("/?sleep=2", "POST").status == 200
    answer = fleet.ask("/?sleep=5", "POST")
    assert answer.status == 504
    assert "Back in a moment" in answer.text


def test_websockets(fleet):
    connection = fleet.connect("antisocial.example.org")
    connection.sock.sendall(
        b"GET /ws HTTP/1.1\r\nHost: antisocial.example.org\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\n\r\n"
    )
    with connection.sock.makefile("rwb") as stream:
        assert b" 101 " in stream.readline()
        headers = b"".join(iter(stream.readline, b"\r\n"))
        assert b"Connection: upgrade" in headers
        stream.write(b"hello\n")
        stream.flush()
        assert stream.readline() == b"hello\n"
    connection.close()


def test_tls(fleet):
    plain = fleet.ask("/a?b=c", name="other.example.org")
    assert plain.status == 301
    assert plain.headers["location"] == "https://other.example.org/a?b=c"
    answer = fleet.ask(name="other.example.org", tls=True)
    assert answer.told["headers"]["X-Forwarded-Proto"] == "https"
    asked = "openssl s_client -connect 127.0.0.1:443 -servername other.example.org -alpn h2"
    for protocol, works in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
        done = fleet.proxy.try_run(f"{asked} {protocol} </dev/null | tr -cd '[:print:]\\n'")
        assert ("ALPN protocol: h2" in done.stdout) is works, done.stdout + done.stderr


def test_a_dozen_apps_are_rendered_for_one_nginx(fleet, tmp_path):
    certificate(fleet.proxy.run, "/etc/ssl/dozen")
    for manifest in dozen():
        fleet.proxy.install(written(manifest, ("proxy",), tmp_path), manifest.name)
        fleet.proxy.run(f"systemctl start consul-template@{manifest.name}")
    names = sorted(["antisocial", "other_app", *(each.name for each in dozen())])
    enabled = "ls -1 /etc/nginx/sites-enabled"
    wait_until(
        lambda: sorted(fleet.proxy.run(enabled).split()) == names,
        f"{names}\n{fleet.proxy.run(enabled)}{fleet.journal()}",
    )
    fleet.proxy.run("nginx -t")
    # What consul-template made of a site is what the target `nginx` makes of it.
    for manifest in dozen():
        rendered = fleet.proxy.run(f"cat /etc/nginx/sites-enabled/{manifest.name}")
        (plain,) = [
            each.text
            for each in files(manifest, ("nginx",))
            if each.path.startswith("etc/nginx/sites-available")
        ]
        assert rendered.partition("\nserver {")[2] == plain.partition("\nserver {")[2]
    value = fleet.ask(name="localhost").headers["x-template"]
    assert value == '[[ key "secret" ]] [[[ ]]] {{ key "secret" }} {% raw %} {# #}'


@pytest.mark.parametrize("kind", ["consul", "registrator"])
def test_systemd_takes_the_units(fleet, tmp_path, kind):
    (tmp_path / "toolkit.toml").write_text(
        'name = "verified"\ntargets = ["systemd", "proxy", "registration"]\n'
        f'registration.kind = "{kind}"\n'
    )
    manifest = load("", tmp_path).manifest
    fleet.proxy.install(written(manifest, manifest.targets, tmp_path), manifest.name)
    units = ["consul-template@verified.service", "verified.service", "verified.target"]
    one = "consul-registration@verified" if kind == "consul" else "registrator"
    if kind == "consul":
        units.append("consul-registration@verified-web-surge.service")
    verify = "systemd-analyze verify --recursive-errors=yes --man=no"
    done = fleet.proxy.try_run(f"{verify} {one}.service {' '.join(units)}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
