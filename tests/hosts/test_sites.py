"""The sites of the target `nginx`, and `install-site`, with nginx and shells of Debian alone."""

import pytest
from building import build, root_of
from containers import PREFIX, Containers, command
from hosts import Host
from proxied import HERE, certificate, dozen, remove, written

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

    def run(text, shell):
        nginx.write("/var/lib/consul-template/app.conf", text)
        done = nginx.try_run(f"{shell} /usr/local/bin/install-site app")
        assert done.returncode == 0
        return done.stderr

    return run


@pytest.fixture(params=["dash", "busybox sh"])
def shell(request):
    return request.param


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
