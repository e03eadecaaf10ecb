"""What a manifest may say, as data. Keys have hyphens in the file: ``stop-timeout``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from toolkit.manifest.words import (
    AbsolutePath,
    AppName,
    BodySize,
    Domain,
    Host,
    Image,
    Line,
    Memory,
    OptionWord,
    Package,
    Port,
    RoleName,
    Seconds,
    Variable,
    Word,
)

TargetName = Literal["systemd", "upstart", "compose", "nginx", "proxy", "registration", "ci"]

WEB = "web"
"""The role that gets requests: it has a port, and is drained before it stops."""

#: What Docker's own options may not be in `options`: docker-runner sets these by itself.
_RUNNERS = ("--name", "--rm", "--detach", "-d", "--env-file", "--interactive", "-i", "--tty", "-t")

Instances = Annotated[int, Field(ge=1, le=32)]


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class Table(BaseModel):
    """A table of the manifest. Nothing unknown is in it, and nothing changes it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=_hyphens, populate_by_name=True
    )


class Role(Table):
    """What one kind of container of the app does, where, and with how much."""

    verb: tuple[Word, ...] = Field(
        default=(),
        description="The verb and its arguments.  [the role's name; of web: run]",
        examples=[["worker", "-Q", "mail"]],
    )
    hosts: tuple[Host, ...] = Field(
        default=(),
        description="The hosts that run it; none named: every host that gets the files.",
        examples=[["app1.example.org", "app2.example.org"]],
    )
    instances: Instances = Field(
        default=1, description="How many containers of it each host runs.", examples=[2]
    )
    port: Port | None = Field(
        default=None,
        description="Of web: the host's port for the first instance; the others follow.  [8000]",
        examples=[8000],
    )
    memory: Memory | None = Field(
        default=None, description="The most memory of each container.", examples=["512m"]
    )
    cpus: Annotated[float, Field(gt=0, le=1024)] | None = Field(
        default=None, description="The most CPUs of each container.", examples=[1.5]
    )
    stop_timeout: Seconds = Field(
        default=35,
        description="How long a container may take to finish what it does, before it is killed.",
        examples=["40s"],
    )
    drain: Seconds | None = Field(
        default=None,
        description="Of web: how long proxies have to notice that it goes, before it stops.  [10s]",
        examples=["10s"],
    )
    env: dict[Variable, Line] = Field(
        default={},
        description="Variables of this role alone; no secrets.",
        examples=[{"WEB_CONCURRENCY": "4"}],
    )
    enabled: bool = Field(
        default=True, description="Whether it is started when a host boots.", examples=[False]
    )
    options: tuple[OptionWord, ...] = Field(
        default=(),
        description="More options for `docker run`, a word each.",
        examples=[["--volume", "/srv/uploads:/data/media"]],
    )

    @model_validator(mode="after")
    def _options_are_not_the_runners(self) -> Self:
        for word in self.options:
            if word.partition("=")[0] in _RUNNERS:
                raise ValueError(f"options has {word}, which docker-runner sets by itself")
        return self


class Env(Table):
    """The variables of every role."""

    clear: dict[Variable, Line] = Field(
        default={},
        description="Variables and their values, as they stand in APP.env.",
        examples=[{"LOG_FORMAT": "json"}],
    )
    secret: tuple[Variable, ...] = Field(
        default=("SECRET_KEY", "DATABASE_URL"),
        description="Names of variables whose values are filled in on the hosts.",
        examples=[["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL"]],
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        both = sorted(set(self.clear) & set(self.secret))
        if both:
            raise ValueError(f"{', '.join(both)} cannot be both clear and secret")
        return self


class Tls(Table):
    """A certificate that is on the proxies."""

    certificate: AbsolutePath = Field(
        description="The certificate with its chain, a PEM file.",
        examples=["/etc/ssl/antisocial.pem"],
    )
    key: AbsolutePath = Field(description="Its key.", examples=["/etc/ssl/antisocial.key"])


class Proxy(Table):
    """nginx before the app."""

    hosts: tuple[Host, ...] = Field(
        default=(),
        description="The hosts that run nginx; none named: every host that gets the files.",
        examples=[["proxy1.example.org"]],
    )
    port: Port = Field(default=80, description="Where it listens for http.", examples=[80])
    tls: Tls | None = Field(
        default=None,
        description="The certificate for https, on port 443; http then redirects.",
        examples=[{"certificate": "/etc/ssl/a.pem", "key": "/etc/ssl/a.key"}],
    )
    body_size: BodySize = Field(default="10m", description="The largest upload.", examples=["100m"])
    read_timeout: Seconds = Field(
        default=60, description="How long the app may take to answer.", examples=["2m"]
    )
    keepalive: Annotated[Seconds, Field(ge=2)] = Field(
        default=75,
        description="How long gunicorn keeps an idle connection; nginx lets go of it before.",
        examples=["75s"],
    )
    websockets: bool = Field(
        default=False, description="Let connections become WebSockets.", examples=[True]
    )
    headers: dict[Word, Line] = Field(
        default={},
        description="Headers that every answer gets.",
        examples=[{"X-Robots-Tag": "noindex"}],
    )


class Registration(Table):
    """How instances come into Consul, from which the proxies take them."""

    kind: Literal["consul", "registrator"] = Field(
        default="consul",
        description="Who tells Consul: the unit itself, at the host's agent, or registrator.",
        examples=["registrator"],
    )
    consul: Word = Field(
        default="127.0.0.1:8500", description="The agent's address.", examples=["127.0.0.1:8500"]
    )
    interval: Annotated[Seconds, Field(ge=1)] = Field(
        default=2,
        description="How often Consul asks whether an instance is ready.",
        examples=["2s"],
    )


class Release(Table):
    """What is done once for each tag, before any container of it serves."""

    verb: tuple[Word, ...] = Field(
        default=("release",),
        min_length=1,
        description="The verb and its arguments.",
        examples=[["release"]],
    )
    timeout: Annotated[Seconds, Field(ge=1)] = Field(
        default=600, description="How long it may take.", examples=["10m"]
    )


class Compose(Table):
    """What the compose file has besides the app's roles."""

    postgres: bool = Field(default=True, description="A PostgreSQL of its own.", examples=[False])
    redis: bool = Field(default=True, description="A Redis of its own.", examples=[False])


class Deploy(Table):
    """Who deploys, and from where."""

    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = Field(
        default="deploy", description="The user on the hosts.", examples=["deploy"]
    )
    branch: Word = Field(
        default="main", description="The branch whose pushes are deployed.", examples=["main"]
    )


class Manifest(Table):
    """An app, and how the hosts run it."""

    name: AppName = Field(
        description="The app: what its units, containers and files are called.",
        examples=["antisocial"],
    )
    package: Package = Field(
        description="Its Django package.  [the name, with _ for -]", examples=["antisocial"]
    )
    image: Image = Field(
        description="Its image, without the tag.  [the name]",
        examples=["registry.example.org/thraxil/antisocial"],
    )
    domains: tuple[Domain, ...] = Field(
        default=(),
        description="The names that it answers to; none: the proxy takes any.",
        examples=[["antisocial.example.org"]],
    )
    targets: tuple[TargetName, ...] = Field(
        default=("systemd", "nginx"),
        min_length=1,
        description="What `toolkit scaffold` makes files for.",
        examples=[["systemd", "proxy", "registration"]],
    )
    roles: dict[RoleName, Role] = Field(
        min_length=1,
        description="Its roles; the ones that are named are all that there are.  [web; and worker "
        "and beat, unless the app's folder is there and has no Celery]",
        examples=[{"web": {"instances": 2}}],
    )
    env: Env = Field(default=Env(), description="The variables of every role.")
    proxy: Proxy = Field(default=Proxy(), description="nginx before the app.")
    registration: Registration = Field(
        default=Registration(), description="How instances come into Consul."
    )
    release: Release = Field(default=Release(), description="What is done once for each tag.")
    compose: Compose = Field(default=Compose(), description="The compose file.")
    deploy: Deploy = Field(default=Deploy(), description="Who deploys, and from where.")

    @model_validator(mode="after")
    def _ports_are_webs(self) -> Self:
        for name, role in self.roles.items():
            given = [_hyphens(key) for key in ("port", "drain") if getattr(role, key) is not None]
            if name != WEB and given:
                raise ValueError(f"roles.{name} has {', '.join(given)}, which is web's alone")
        return self

    @property
    def web(self) -> Role | None:
        """The role that gets requests, if there is one."""
        return self.roles.get(WEB)
