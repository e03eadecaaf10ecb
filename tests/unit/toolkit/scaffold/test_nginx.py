"""The target `nginx`. tests/hosts/test_sites.py has nginx itself read what is made here."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import ManifestError
from toolkit.scaffold.files import EXECUTABLE
from toolkit.scaffold.quoting import consul_template, nginx
from toolkit.scaffold.targets import nginx as target

GOLDEN = Path(__file__).with_name("golden") / "nginx"

MANIFESTS = {
    "default": "",
    "full": """
        domains = ["antisocial.example.org", "*.antisocial.example.net"]
        roles.web = { instances = 2, port = 8100 }

        [proxy]
        body-size = "100m"
        read-timeout = "2m"
        keepalive = "20s"
        websockets = true
        tls = { certificate = "/etc/ssl/antisocial.pem", key = "/etc/ssl/antisocial.key" }
        headers = { X-Robots-Tag = "noindex", X-Odd = 'a "b" \\ [[ c ]] ;' }
    """,
}


def made(manifest, host=""):
    return {file.path: file for file in target.files(manifest, host)}


def site(manifest, host=""):
    return made(manifest, host)["etc/nginx/sites-available/antisocial"].text


def upstream(manifest, host=""):
    return made(manifest, host)["etc/nginx/upstreams/antisocial.conf"].text


@pytest.mark.parametrize("name", MANIFESTS)
def test_golden(manifest, name):
    files = made(manifest(MANIFESTS[name]))
    texts = {
        path: file.text
        for path, file in files.items()
        if not file.link and not path.startswith("usr/")
    }
    folder = GOLDEN / name
    there = {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert texts == there


def test_the_site_is_enabled(manifest):
    link = made(manifest())["etc/nginx/sites-enabled/antisocial"]
    assert link.link == "../sites-available/antisocial"


@pytest.mark.parametrize("seconds", [2, 3, 75, 86_400])
def test_nginx_lets_go_of_a_connection_before_gunicorn_does(manifest, seconds):
    text = site(manifest(f"proxy.keepalive = {seconds}"))
    (ours,) = re.findall(r"keepalive_timeout (\d+)s;", text)
    assert 1 <= int(ours) < seconds


def test_a_server_for_each_instance(manifest):
    app = manifest("roles.web = { instances = 3, port = 9000 }")
    assert re.findall(r"server 127.0.0.1:(\d+) max", upstream(app)) == ["9000", "9001", "9002"]
    (block,) = re.findall(r"upstream antisocial \{\n(.*?)\n\}", site(app), re.DOTALL)
    assert block.splitlines()[0].strip() == "include /etc/nginx/upstreams/antisocial.conf;"
    assert "server" not in block


def test_what_says_which_instances_get_traffic_is_the_same_for_every_app(manifest):
    program = made(manifest())["usr/local/bin/nginx-upstream"]
    assert (program.shared, program.mode) == (True, EXECUTABLE)
    assert not made(manifest(), "app")["etc/nginx/upstreams/antisocial.conf"].filled


HOSTS = """
roles.web = { hosts = ["app1", "app2"] }
proxy.hosts = ["app1", "proxy"]
"""


def test_only_the_hosts_of_the_proxy_have_it(manifest):
    assert not made(manifest(HOSTS), "app2")
    assert "server 127.0.0.1:8000 max" in upstream(manifest(HOSTS), "app1")


def test_without_an_instance_there_is_the_sorry_page(manifest):
    assert "server 127.0.0.1:9 down;" in upstream(manifest(HOSTS), "proxy")


def test_without_web_there_is_none(manifest):
    assert not made(manifest("roles.worker = {}"))


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("example.org", "example.org"),
        ("*.example.org", "*.example.org"),
        ("a" * 42 + ".org", "a" * 42 + ".org"),
        ("a" * 43 + ".org", '"~^' + "a" * 43 + '[.]org$"'),
        ("*." + "a" * 43 + ".org", '"~^.+[.]' + "a" * 43 + '[.]org$"'),
    ],
)
def test_a_long_domain_is_in_no_hash_table(domain, name):
    assert target.server_name(domain) == name


def test_a_port_that_is_not_https_own_is_part_of_the_host(manifest):
    assert "Host $host;" in site(manifest())
    assert "Host $host:8080;" in site(manifest("proxy.port = 8080"))
    tls = "proxy = { port = 8080, tls = { certificate = '/c', key = '/k' } }"
    assert "Host $host;" in site(manifest(tls))


def test_what_nginx_cannot_say_is_refused(manifest):
    with pytest.raises(ManifestError, match=r"proxy.headers.X: .*without \$"):
        manifest("proxy.headers.X = 'a $b'")
    with pytest.raises(ManifestError, match="proxy.headers.X: expected short"):
        manifest(f"proxy.headers.X = '{'a' * 2001}'")


PRINTABLE = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="$"))


def unquoted(text):
    """What nginx makes of a quoted parameter: its ngx_conf_read_token."""
    assert text[0] == text[-1] == '"'
    found = re.fullmatch(r'(?:[^"\\]|\\["\\])*', text[1:-1])
    assert found, text
    return re.sub(r"\\(.)", r"\1", text[1:-1])


@given(PRINTABLE)
def test_a_value_arrives_as_it_is(text):
    assert unquoted(nginx(text)) == text


@given(st.text("[]{} \"'\\a"))
def test_consul_template_passes_text_on_as_it_is(text):
    escaped = consul_template(text)
    actions = re.findall(r"\[\[(.*?)\]\]", escaped)
    assert set(actions) <= {' "[[" '}
    assert escaped.replace('[[ "[[" ]]', "\0").replace("\0", "[[") == text


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.asked = []

    def handle_starttag(self, tag, attrs):
        self.asked += [value for key, value in attrs if key in {"src", "href", "action"}]


def test_the_sorry_page_is_made_once_and_needs_nothing_else(manifest):
    file = made(manifest())["etc/nginx/sorry/antisocial.html"]
    assert file.filled
    text = file.text
    page = Page()
    page.feed(text)
    assert not page.asked
    assert "url(" not in text
    assert len(text) < 1000
