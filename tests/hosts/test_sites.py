"""The sites of the target `nginx`, `nginx-upstream` and `install-site`, with nginx and shells of
Debian alone.
"""

import pytest
from building import build, root_of
from containers import PREFIX, Containers, command
from hosts import Host
from proxied import HERE, certificate, dozen, remove, written

from toolkit.manifest.reading import load
from toolkit.scaffold.files import made
from toolkit.scaffold.templates import static

#: nginx 1.22, where `http2` is a word of `listen` alone, and 1.26, where that is discouraged.
SUITES = ("bookworm", "trixie")

GOOD = "server { listen 80; return 200 good; }\n"
BAD = "server { listen 80; no_such_directive; }\n"


@pytest.fixture(scope="module", params=SUITES)
def nginx(request, docker, say):
    """A container that has nginx and is idle."""
    say(f"nginx of {request.param}")
    image = build(
        docker, HERE / "nginx", f"{PREFIX}-nginx:{request.param}", ROOT=root_of(request.param)
    )
    running = Containers(docker)
    yield Host(docker=docker, container=running.start(image, "sleep", "infinity"))
    running.remove()
    remove(docker, image)


def test_a_dozen_apps_live_on_one_nginx(nginx, docker, tmp_path):
    certificate(nginx.run, "/etc/ssl/dozen")
    for manifest in dozen():
        made = written(manifest, ("nginx",), tmp_path)
        copied = command(docker, "cp", f"{made}/.", f"{nginx.container.name}:/root/files")
        assert copied.returncode == 0, copied.stderr
        nginx.run("cp -a /root/files/. / && rm -rf /root/files")
    done = nginx.try_run("nginx -t")
    assert done.returncode == 0, done.stderr
    discouraged = 'the "listen ... http2" directive is deprecated'
    lines = [line for line in done.stderr.splitlines() if discouraged not in line]
    assert not [line for line in lines if "[warn]" in line], done.stderr
    # Without an instance of any, each has its sorry page; the one without a domain takes any name.
    nginx.run("nginx; sleep 1")
    for name in ("plain.example.org", "x.wild.example.org", "nobody.example.com", "127.0.0.1"):
        answer = nginx.run(f"curl -s -i -H 'Host: {name}' http://127.0.0.1/")
        assert " 502 " in answer.splitlines()[0], answer
        assert "Back in a moment" in answer, answer
    nginx.run("nginx -s stop; rm /etc/nginx/sites-enabled/*")


@pytest.fixture
def script(nginx):
    """Runs install-site with a shell, for a site as consul-template rendered it."""
    nginx.run("rm -rf /etc/nginx/sites-*/* /var/lib/consul-template")
    nginx.write("/usr/local/bin/install-site", static("proxy/install-site"), "0755")
    nginx.write("/usr/local/bin/nginx-reload", static("nginx/nginx-reload"), "0755")

    def run(text, shell):
        nginx.write("/var/lib/consul-template/app.conf", text)
        done = nginx.try_run(f"{shell} /usr/local/bin/install-site app")
        assert done.returncode == 0
        return done.stderr

    return run


@pytest.fixture
def shell(request):
    """A shell of its own for each nginx: both are tried, and not each with each."""
    return {"bookworm": "dash", "trixie": "busybox sh"}[request.node.callspec.params["nginx"]]


def site(nginx):
    return nginx.try_run("cat /etc/nginx/sites-enabled/app").stdout


def leftovers(nginx):
    return set(nginx.run("ls /etc/nginx/sites-available").split()) - {"app"}


def test_a_site_is_installed_while_nginx_does_not_run(nginx, script, shell):
    assert "finds the new site when it starts" in script(GOOD, shell)
    assert site(nginx) == GOOD
    assert not leftovers(nginx)


def test_a_site_is_installed_while_nginx_runs(nginx, script, shell):
    nginx.run("nginx; sleep 1")
    try:
        said = script(GOOD, shell)
        assert "install-site" not in said, said
        ask = "busybox wget -q -O - http://127.0.0.1/; true"
        nginx.run("sleep 1")
        assert nginx.run(ask) == "good"
        assert "no_such_directive" in script(BAD, shell)
        assert site(nginx) == GOOD
        assert nginx.run(ask) == "good"
    finally:
        nginx.run("nginx -s stop; sleep 1")


def test_a_first_site_that_is_wrong_is_not_there(nginx, script, shell):
    assert "was not taken" in script(BAD, shell)
    assert site(nginx) == ""
    assert not nginx.run("ls /etc/nginx/sites-enabled /etc/nginx/sites-available | grep app; true")
    assert nginx.run("cat /var/lib/consul-template/app.conf.rejected") == BAD


def test_without_anything_rendered_the_site_stays(nginx, script, shell):
    script(GOOD, shell)
    nginx.run("rm /var/lib/consul-template/app.conf")
    done = nginx.try_run(f"{shell} /usr/local/bin/install-site app")
    assert done.returncode == 0
    assert site(nginx) == GOOD
    assert not leftovers(nginx)


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_killed_in_the_middle_the_next_run_finds_the_former_site(nginx, script, shell, signal):
    script(GOOD, shell)
    # An nginx that takes its time to test.
    nginx.write("/tmp/slow/nginx", "#!/bin/sh\nexec sleep 2\n", "0755")
    nginx.write("/var/lib/consul-template/app.conf", BAD)
    nginx.run(
        f"PATH=/tmp/slow:$PATH; {shell} /usr/local/bin/install-site app >/dev/null 2>&1 & "
        f"sleep 0.5; kill -{signal} $!; sleep 2.5"
    )
    if signal == "TERM":
        assert site(nginx) == GOOD
    script(BAD, shell)
    assert site(nginx) == GOOD
    assert not leftovers(nginx)


# nginx-upstream.

UPSTREAM = "/etc/nginx/upstreams/shop.conf"
PROGRAM = "/usr/local/bin/nginx-upstream"
STOP = "nginx -s stop; while [ -e /run/nginx.pid ]; do sleep 0.1; done"

#: Says its own port, at each of the ports that instances might have.
INSTANCES = "".join(
    f"server {{ listen 127.0.0.1:{port}; return 200 {port}; }}\n" for port in (8000, 8001, 18000)
)


@pytest.fixture
def list_of(nginx, docker, tmp_path, shell):
    """Runs nginx-upstream for an app with two instances; returns its exit code and what it said."""
    (tmp_path / "toolkit.toml").write_text("roles.web.instances = 2")
    files = written(load("shop", tmp_path).manifest, ("nginx",), tmp_path)
    copied = command(docker, "cp", f"{files}/.", f"{nginx.container.name}:/root/files")
    assert copied.returncode == 0, copied.stderr
    nginx.run("rm -rf /etc/nginx/sites-*/* /etc/nginx/upstreams /var/lib/consul-template")
    nginx.run("rm -f /run/nginx-upstream.*")
    nginx.run("cp -a /root/files/. / && rm -rf /root/files")
    nginx.write("/etc/nginx/conf.d/instances.conf", INSTANCES)
    nginx.run("nginx; until curl -s http://127.0.0.1/; do sleep 0.1; done")

    def run(*args):
        done = nginx.try_run(f'{shell} {PROGRAM} "$@"', *args)
        return done.returncode, done.stdout + done.stderr

    yield run
    nginx.run(f"rm /etc/nginx/conf.d/instances.conf; {STOP}")


def served(nginx, *ports):
    """Whether nginx asks these instances and no other."""
    ask = "for i in 1 2 3 4 5 6 7 8; do curl -s http://127.0.0.1/; echo; done | sort -u"
    return nginx.run(ask).split() == sorted(map(str, ports))


def told(nginx):
    return [
        line.split()[1:] for line in nginx.run(f"cat {UPSTREAM}").splitlines() if line[0] != "#"
    ]


def pids(nginx):
    """The workers: others after a reload."""
    return nginx.run("grep -las '[n]ginx: worker' /proc/[0-9]*/cmdline").split()


def test_only_the_ports_that_are_named_get_traffic(nginx, list_of):
    before = nginx.run(f"stat -c %a:%U {UPSTREAM}; cat {UPSTREAM}")
    assert served(nginx, 8000, 8001)
    for ports in (("8001", "18000"), ("18000",), ("8000", "8001", "18000")):
        assert list_of("shop", *ports) == (0, "")
        assert served(nginx, *ports)
        assert made(nginx.run(f"cat {UPSTREAM}")).edited
    # When a deploy has ended, the file is as it was made.
    assert list_of("shop", "8001", "8000", "8001") == (0, "")
    assert nginx.run(f"stat -c %a:%U {UPSTREAM}; cat {UPSTREAM}") == before
    assert nginx.run("ls /etc/nginx/upstreams") == "shop.conf\n"


def test_without_a_port_there_is_the_sorry_page(nginx, list_of):
    assert list_of("shop") == (0, "")
    assert "Back in a moment" in nginx.run("curl -s http://127.0.0.1/")
    assert told(nginx)[0][:2] == ["127.0.0.1:9", "down;"]
    assert list_of("shop", "8000") == (0, "")
    assert served(nginx, 8000)


def test_what_is_so_already_is_left(nginx, list_of):
    pid = pids(nginx)
    changed = nginx.run(f"stat -c %i {UPSTREAM}")
    assert list_of("shop", "8000", "8001") == (0, "")
    assert (pids(nginx), nginx.run(f"stat -c %i {UPSTREAM}")) == (pid, changed)


def test_files_that_were_copied_over_a_list(nginx, list_of):
    """nginx has not read them; whoever asks for that list gets it."""
    made_once = nginx.run(f"cat {UPSTREAM}")
    assert list_of("shop", "18000") == (0, "")
    nginx.write(UPSTREAM, made_once)
    assert served(nginx, 18000)
    assert list_of("shop", "8000", "8001") == (0, "")
    assert served(nginx, 8000, 8001)


def test_a_list_that_nginx_does_not_take(nginx, list_of):
    nginx.write("/etc/nginx/conf.d/broken.conf", BAD)
    before = nginx.run(f"cat {UPSTREAM}")
    code, said = list_of("shop", "8000")
    nginx.run("rm /etc/nginx/conf.d/broken.conf")
    assert code == 1
    assert "no_such_directive" in said
    assert "nginx-upstream: nginx does not take the new list of shop; the former one stays." in said
    assert nginx.run(f"cat {UPSTREAM}") == before
    assert nginx.run("ls /etc/nginx/upstreams") == "shop.conf\n"
    assert list_of("shop", "8000") == (0, "")
    assert served(nginx, 8000)


def test_nginx_does_not_run(nginx, list_of):
    nginx.run(STOP)
    code, said = list_of("shop", "8001")
    assert code == 0
    assert said == "nginx-upstream: nginx does not run; it finds the list when it starts.\n"
    nginx.run("nginx")
    assert served(nginx, 8001)


WRONG = [
    *((name, "8000") for name in ("", "../shop", "-x", "a b", "ähm", "*")),
    *(("shop", "8000", port) for port in ("", "0", "08", "-1", "65536", "123456", "80;", "*")),
    *(("shop", port) for port in ("8000 8001", "80\n81")),
]


def test_what_is_no_app_and_no_port(nginx, list_of):
    before = nginx.run(f"cat {UPSTREAM}")
    for app, *ports in WRONG:
        code, said = list_of(app, *ports)
        what = f"'{ports[-1]}' is no port." if app == "shop" else f"'{app}' is no name of an app."
        assert (code, said.startswith(f"nginx-upstream: {what}")) == (64, True), said
    assert list_of()[0] == 64
    code, said = list_of("other", "8000")
    assert (code, "/etc/nginx/upstreams/other.conf is missing." in said) == (78, True)
    assert nginx.run(f"cat {UPSTREAM}") == before


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_killed_in_the_middle_the_next_one_goes_on(nginx, list_of, shell, signal):
    nginx.write("/tmp/slow/nginx", "#!/bin/sh\nexec sleep 2\n", "0755")
    before = nginx.run(f"cat {UPSTREAM}")
    nginx.run(
        f"PATH=/tmp/slow:$PATH; {shell} {PROGRAM} shop 18000 >/dev/null 2>&1 & "
        f"sleep 0.5; kill -{signal} $!; sleep 2.5"
    )
    if signal == "TERM":
        assert nginx.run(f"cat {UPSTREAM}") == before
    pid = pids(nginx)
    assert list_of("shop", "8000", "8001") == (0, "")
    assert nginx.run(f"cat {UPSTREAM}") == before
    assert served(nginx, 8000, 8001)
    # Nobody knew which list nginx had.
    assert (pids(nginx) != pid) is (signal == "KILL")
    assert nginx.run("ls /etc/nginx/upstreams") == "shop.conf\n"


def test_two_at_a_time_are_one_after_the_other(nginx, list_of, shell):
    lists = ("8000", "8001", "18000", "8000 8001", "8000 18000")
    calls = "".join(f"{shell} {PROGRAM} shop {ports} & " for ports in lists * 3)
    said = nginx.try_run(f"{calls} wait")
    assert said.stdout + said.stderr == ""
    assert list_of("shop", "8001") == (0, "")
    assert served(nginx, 8001)
    assert nginx.run("ls /etc/nginx/upstreams") == "shop.conf\n"
