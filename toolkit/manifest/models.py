"""What a manifest may say, as data. Keys have hyphens in the file: ``stop-timeout``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from toolkit.manifest.words import (
    AbsolutePath,
    Address,
    AppName,
    BodySize,
    Branch,
    Domain,
    HeaderName,
    HeaderValue,
    Host,
    Image,
    IpAddress,
    Line,
    MailAddress,
    Memory,
    OptionWord,
    Package,
    Parallel,
    Port,
    RoleName,
    Seconds,
    TaggedImage,
    UserName,
    Variable,
    Word,
)

Event = Literal["start", "success", "failure"]

TargetName = Literal["systemd", "upstart", "compose", "nginx", "proxy", "registration", "ci"]

WEB = "web"
"""The role that gets requests: it has a port, and is drained before it stops."""

LAST = (WEB, "beat")
"""The roles that get a new tag after all others, where ``deploy.order`` does not say otherwise."""

MOST_INSTANCES = 32

Instances = Annotated[int, Field(ge=1, le=MOST_INSTANCES)]


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class Table(BaseModel):
    """A table of the manifest. Nothing unknown is in it, and nothing changes it.

    What no key's own type can say is in toolkit.manifest.rules: a validator of a whole table is not
    asked where one of its keys is wrong, and every mistake is told at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=_hyphens)


class Role(Table):
    """What one kind of container of the app does, where, and with how much."""

    verb: tuple[Word, ...] = Field(
        default=(),
        min_length=1,
        description="The verb and its arguments.  [the role's name; of web: run]",
        examples=[["worker", "-Q", "mail"]],
    )
    hosts: tuple[Host, ...] = Field(
        default=(),
        description="The hosts that run it; none named: those of deploy.hosts, or else every host "
        "that gets the files.",
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
    surge_port: Port | None = Field(
        default=None,
        description="Of web: the host's port for the instance that serves while a deploy restarts "
        "another one.  [the port + 10000, or - 10000 where there is none such]",
        examples=[18000],
    )
    address: IpAddress | None = Field(
        default=None,
        description="Of web: the host's address that its ports are on.  [127.0.0.1; with the "
        "target proxy or registration, every address]",
        examples=["10.0.0.5"],
    )
    memory: Memory | None = Field(
        default=None, description="The most memory of each container.", examples=["512m"]
    )
    cpus: Annotated[float, Field(gt=0, le=1024)] | None = Field(
        default=None, description="The most CPUs of each container.", examples=[1.5]
    )
    start_timeout: Annotated[Seconds, Field(ge=1)] = Field(
        default=120,
        description="How long a container may take to be ready, before a deploy goes back.",
        examples=["2m"],
    )
    stop_timeout: Seconds = Field(
        default=35,
        description="How long a container may take to finish what it does, before it is killed.  "
        "[35s; of worker: 5m]",
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


class Env(Table):
    """The variables of every role."""

    clear: dict[Variable, Line] = Field(
        default={},
        description="Variables and their values, as they stand in APP.env.",
        examples=[{"LOG_FORMAT": "json"}],
    )
    secret: tuple[Variable, ...] = Field(
        default=("SECRET_KEY", "DATABASE_URL"),
        description="Names of variables whose values are filled in, in APP.env.  "
        "[SECRET_KEY, DATABASE_URL; with a worker or beat, CELERY_BROKER_URL]",
        examples=[["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL"]],
    )


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
    )
    body_size: BodySize = Field(default="10m", description="The largest upload.", examples=["100m"])
    read_timeout: Annotated[Seconds, Field(ge=1)] = Field(
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
    headers: dict[HeaderName, HeaderValue] = Field(
        default={},
        description="Headers that every answer gets.",
        examples=[{"X-Robots-Tag": "noindex"}],
    )


class Registration(Table):
    """How instances come into Consul, from which the proxies take them."""

    kind: Literal["consul", "registrator"] = Field(
        default="consul",
        description="Who tells Consul: the unit itself, at the host's agent, or registrator, "
        "whose own settings are in /etc/default/registrator on the hosts.",
        examples=["registrator"],
    )
    consul: Address = Field(
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
    postgres_image: TaggedImage = Field(
        default="postgres:17",
        description="PostgreSQL's image.",
        examples=["postgis/postgis:17-3.5"],
    )
    redis_image: TaggedImage = Field(
        default="redis:8", description="Redis' image.", examples=["valkey/valkey:8"]
    )


class Deploy(Table):
    """Who deploys, from where, and how."""

    user: UserName = Field(
        default="deploy", description="The user on the hosts.", examples=["deploy"]
    )
    admin: UserName = Field(
        default="root",
        description="The user on the hosts who sets them up: one who may do everything.",
        examples=["root"],
    )
    branch: Branch = Field(
        default="main", description="The branch whose pushes are deployed.", examples=["main"]
    )
    hosts: tuple[Host, ...] = Field(
        default=(),
        description="The hosts of the roles that name none.",
        examples=[["app1.example.org", "app2.example.org"]],
    )
    order: tuple[RoleName, ...] = Field(
        default=(),
        description="The roles, in the order in which they get a new tag; those that it does not "
        "name go first.  [every other role, then web, then beat]",
        examples=[["web", "beat"]],
    )
    parallel: Parallel = Field(
        default=1,
        description="How many hosts are deployed to at a time: a number, or a percentage of them.",
        examples=["25%"],
    )
    keep: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=5,
        description="How many of the app's images each host keeps; those that run, or that a "
        "rollback needs, stay besides.",
        examples=[5],
    )


class Hooks(Table):
    """Commands of the machine that deploys, run in the app's folder."""

    start: tuple[Word, ...] = Field(
        default=(),
        description="Run before a deploy changes anything.",
        examples=[["bin/silence-alerts", "30m"]],
    )
    success: tuple[Word, ...] = Field(
        default=(),
        description="Run after a deploy that succeeded.",
        examples=[["bin/purge-cdn"]],
    )
    failure: tuple[Word, ...] = Field(
        default=(),
        description="Run after a deploy that failed.",
        examples=[["bin/page-somebody"]],
    )


class Notify(Table):
    """Who is told of deploys."""

    events: tuple[Event, ...] = Field(
        default=("success", "failure"),
        description="What is told: start, success, failure.",
        examples=[["start", "success", "failure"]],
    )
    email: tuple[MailAddress, ...] = Field(
        default=(), description="Who gets mail.", examples=[["ops@example.org"]]
    )
    email_from: MailAddress = Field(
        default="toolkit@localhost",
        description="Whom the mail is from.",
        examples=["deploys@example.org"],
    )
    smtp: Variable = Field(
        default="TOOLKIT_SMTP_URL",
        description="The name of a variable, on the machine that deploys, that has the URL of the "
        "mail server.",
        examples=["TOOLKIT_SMTP_URL"],
    )
    webhook: Variable | None = Field(
        default=None,
        description="The name of a variable, on the machine that deploys, that has the URL of a "
        "chat's webhook: such a URL is a secret.",
        examples=["DEPLOY_WEBHOOK_URL"],
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
    )
    env: Env = Field(default=Env(), description="The variables of every role.")
    proxy: Proxy = Field(default=Proxy(), description="nginx before the app.")
    registration: Registration = Field(
        default=Registration(), description="How instances come into Consul."
    )
    release: Release = Field(default=Release(), description="What is done once for each tag.")
    compose: Compose = Field(default=Compose(), description="The compose file.")
    deploy: Deploy = Field(default=Deploy(), description="Who deploys, from where, and how.")
    hooks: Hooks = Field(
        default=Hooks(),
        description="Commands of the machine that deploys, run in the app's folder.",
    )
    notify: Notify = Field(default=Notify(), description="Who is told of deploys.")

    @property
    def web(self) -> Role | None:
        """The role that gets requests, if there is one."""
        return self.roles.get(WEB)

    def hosts_of(self, role: str) -> tuple[Host, ...]:
        """The hosts that run a role; none where every host that gets the files does.

        Args:
            role: Its name.
        """
        return self.roles[role].hosts or self.deploy.hosts

    @property
    def order(self) -> tuple[str, ...]:
        """The roles, in the order in which they get a new tag.

        Workers come before web, since an old one throws away a task that it does not know; beat
        comes last, since it sends them.
        """
        named = self.deploy.order or tuple(name for name in LAST if name in self.roles)
        return (*(name for name in self.roles if name not in named), *named)
