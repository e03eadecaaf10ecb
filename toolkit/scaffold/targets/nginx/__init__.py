"""nginx before the instances of one machine, and the page for when there is none.

Which instances get traffic is in a file of its own, so that a deploy changes nothing else. It is
made with all that the manifest has, which is right while no deploy is under way: when one has
ended, `nginx-upstream` has written the same again, under the same header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import EXECUTABLE, File
from toolkit.scaffold.instances import instances
from toolkit.scaffold.quoting import consul_template, nginx
from toolkit.scaffold.templates import render, static

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

SITES, ENABLED = "etc/nginx/sites-available", "etc/nginx/sites-enabled"
UPSTREAMS = "etc/nginx/upstreams"

#: The longest name for which nginx's default server_names_hash_bucket_size, 64 on x86, has room.
HASHED = 46


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The site, the link that enables it, and what it needs."""
    if not serves(manifest, host):
        return
    ports = [each.port for each in instances(manifest, host) if each.port]
    upstream = f"{UPSTREAMS}/{manifest.name}.conf"
    yield File(path=upstream, text=render("nginx/upstream.conf", manifest, ports=ports))
    yield File(
        path="usr/local/bin/nginx-upstream",
        text=static("nginx/nginx-upstream"),
        mode=EXECUTABLE,
        shared=True,
    )
    yield File(path=f"{SITES}/{manifest.name}", text=site(manifest, f"    include /{upstream};\n"))
    yield File(
        path=f"{ENABLED}/{manifest.name}",
        link=f"../sites-available/{manifest.name}",
    )
    yield from pages(manifest)


def serves(manifest: Manifest, host: str) -> bool:
    """Whether a host runs nginx for an app. Without web there is nothing to be before.

    Args:
        manifest: The app's.
        host: The host; an empty text for any.
    """
    named = manifest.proxy.hosts
    return manifest.web is not None and (not host or not named or host in named)


def site(manifest: Manifest, servers: str, *, template: bool = False) -> str:
    """The whole site of an app.

    Args:
        manifest: The app's.
        servers: The lines of its upstream.
        template: consul-template reads it before nginx does.
    """
    quoted = {name: nginx(value) for name, value in manifest.proxy.headers.items()}
    if template:
        quoted = {name: consul_template(value) for name, value in quoted.items()}
    return render(
        "nginx/site.conf",
        manifest,
        servers=servers,
        headers=quoted,
        names=" ".join(map(server_name, manifest.domains)),
        keepalive=keepalive(manifest),
    )


def pages(manifest: Manifest) -> Iterator[File]:
    """What a site needs, whoever makes it: the sorry page, reloads, a variable for WebSockets."""
    yield File(
        path="usr/local/bin/nginx-reload",
        text=static("nginx/nginx-reload"),
        mode=EXECUTABLE,
        shared=True,
    )
    yield File(
        path=f"etc/nginx/sorry/{manifest.name}.html",
        text=render("nginx/sorry.html", manifest),
        filled=True,
    )
    if manifest.proxy.websockets:
        yield File(
            path="etc/nginx/conf.d/toolkit-websockets.conf",
            text=render("nginx/websockets.conf", manifest),
            shared=True,
        )


def keepalive(manifest: Manifest) -> int:
    """Seconds that nginx keeps an idle connection: gunicorn, which has more, never closes first."""
    return manifest.proxy.keepalive * 4 // 5


def server_name(domain: str) -> str:
    """A domain for ``server_name``: a long one as an expression, which is in no hash table."""
    if len(domain) <= HASHED:
        return domain
    wild, plain = domain.startswith("*."), domain.removeprefix("*.")
    expression = plain.replace(".", "[.]")
    return f'"~^{".+[.]" if wild else ""}{expression}$"'
