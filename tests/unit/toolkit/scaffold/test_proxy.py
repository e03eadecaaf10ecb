"""The target `proxy`. tests/hosts/test_proxy.py has consul-template and nginx read what is made."""

import re
from pathlib import Path

import pytest

from toolkit.scaffold.files import EXECUTABLE
from toolkit.scaffold.targets import nginx, proxy

GOLDEN = Path(__file__).with_name("golden") / "proxy"

FULL = """
domains = ["antisocial.example.org"]
registration = { consul = "10.0.0.1:8501", interval = 5 }
proxy.headers = { X-Odd = 'a [[ key "b" ]]' }
proxy.websockets = true
"""


def made(manifest, host=""):
    return {file.path: file for file in proxy.files(manifest, host)}


def test_golden(manifest):
    files = made(manifest(FULL))
    own = [path for path in files if "/consul-template/" in path]
    there = {
        str(path.relative_to(GOLDEN)): path.read_text()
        for path in GOLDEN.rglob("*")
        if path.is_file()
    }
    assert {path: files[path].text for path in own} == there


def test_the_site_is_the_one_of_nginx_but_for_its_servers(manifest):
    text = "domains = ['antisocial.example.org']\nproxy.headers = { X-Odd = 'a \"b\" \\ ;' }"
    ours = made(manifest(text))["etc/consul-template/antisocial.ctmpl"].text
    made_of = {file.path: file.text for file in nginx.files(manifest(text), "")}
    theirs = made_of["etc/nginx/sites-available/antisocial"]
    assert re.sub(r"\[\[ range.*\[\[ end \]\]\n", "", ours, flags=re.DOTALL) == re.sub(
        r"    include /etc/nginx/upstreams/.*\n", "", theirs
    )


def test_the_site_itself_is_consul_templates_to_make(manifest):
    assert not [path for path in made(manifest()) if "nginx/sites" in path]


def test_what_is_the_same_for_every_app_is_shared(manifest):
    files = made(manifest("proxy.websockets = true"))
    shared = {path for path, file in files.items() if file.shared}
    assert shared == {
        "usr/local/bin/install-site",
        "usr/local/bin/nginx-reload",
        "etc/systemd/system/consul-template@.service",
        "etc/nginx/conf.d/toolkit-websockets.conf",
    }
    assert files["usr/local/bin/install-site"].mode == EXECUTABLE
    other = {file.path: file.text for file in proxy.files(manifest("", "other"), "")}
    for path in shared - {"etc/nginx/conf.d/toolkit-websockets.conf"}:
        assert other[path] == files[path].text


def test_each_app_has_a_process_of_its_own(manifest):
    link = made(manifest())[
        "etc/systemd/system/multi-user.target.wants/consul-template@antisocial.service"
    ]
    assert link.link == "../consul-template@.service"


@pytest.mark.parametrize("interval", [1, 2, 30])
def test_a_list_waits_longer_than_an_interval_of_the_check(manifest, interval):
    text = made(manifest(f"registration.interval = {interval}"))[
        "etc/consul-template/antisocial.hcl"
    ].text
    least, most = map(int, re.findall(r'(?:min|max) = "(\d+)s"', text))
    assert interval < least < most


def test_only_the_hosts_of_the_proxy_have_it(manifest):
    text = "proxy.hosts = ['proxy']\nroles.web = { hosts = ['app'] }"
    assert not made(manifest(text), "app")
    assert made(manifest(text), "proxy")
