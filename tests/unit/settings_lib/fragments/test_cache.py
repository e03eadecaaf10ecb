import pytest
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import cache
from settings_lib.fragments.cache.url import _REDIS, PACKAGES

REDIS = "django.core.cache.backends.redis.RedisCache"
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
PYMEMCACHE = "django.core.cache.backends.memcached.PyMemcacheCache"


def caches(values, project=None, **environ):
    app = App(name="antisocial", project={"CACHES": project or {}})
    return cache.settings(values(**environ), app).get("CACHES")


def default(values, url, **project):
    return caches(values, project={"default": project}, CACHE_URL=url)["default"]


def made(entry):
    """The backend, as Django makes it."""
    entry = dict(entry)
    backend, location = entry.pop("BACKEND"), entry.pop("LOCATION", "")
    return import_string(backend)(location, entry)


def problems(values, url):
    with pytest.raises(ConfigurationError) as caught:
        values(CACHE_URL=url)
    assert "geheim" not in str(caught.value)
    return {problem.name: problem.wrong for problem in caught.value.problems}


def test_a_fallback_is_not_for_a_project_that_has_a_cache_of_a_server(values):
    theirs = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "t"}
    assert caches(values, {"default": theirs}, REDIS_URL="redis://r/0") is None
    assert (
        caches(values, {"default": {"BACKEND": LOCAL}}, REDIS_URL="redis://r/0")["default"][
            "BACKEND"
        ]
        == REDIS
    )


@pytest.mark.parametrize(
    ("url", "backend"), [("dummy://", "dummy.DummyCache"), ("locmem://", "locmem.LocMemCache")]
)
def test_short_schemes(values, url, backend):
    assert default(values, url)["BACKEND"] == f"django.core.cache.backends.{backend}"


def test_the_process_s_own_memory(values):
    assert caches(values)["default"] == {
        "BACKEND": LOCAL,
        "LOCATION": "",
        "KEY_PREFIX": "antisocial",
    }


def test_redis(values):
    assert caches(values, REDIS_URL="redis://:pw@r.example.org:6379/1")["default"] == {
        "BACKEND": REDIS,
        "LOCATION": "redis://:pw@r.example.org:6379/1",
        "KEY_PREFIX": "antisocial",
    }


@pytest.mark.parametrize(
    ("url", "location", "arguments"),
    [
        ("redis://h", "redis://h", {"host": "h"}),
        ("redis://h/", "redis://h/", {"host": "h"}),
        ("rediscache://h:1/2", "redis://h:1/2", {"host": "h", "port": 1, "db": 2}),
        ("redis://", "redis://localhost", {"host": "localhost"}),
        ("redis:///2", "redis://localhost/2", {"host": "localhost", "db": 2}),
        ("redis://[fd00::1]:1/2", "redis://[fd00::1]:1/2", {"host": "fd00::1", "port": 1}),
        ("unix:///run/r.sock?db=2", "unix:///run/r.sock", {"path": "/run/r.sock", "db": 2}),
        ("redis:///run/r.sock", "unix:///run/r.sock", {"path": "/run/r.sock"}),
        ("unix://u:p@/run/r.sock", "unix://u:p@/run/r.sock", {"username": "u", "password": "p"}),
        (
            "rediss://u:%24a%2Cb%3B%25%40@h/0",
            "rediss://u:%24a%2Cb%3B%25%40@h/0",
            {"username": "u", "password": "$a,b;%@", "db": 0},
        ),
        ("redis://u:a,b;c@h/0", "redis://u:a%2Cb%3Bc@h/0", {"password": "a,b;c"}),
        (
            "rediss://h?ssl_cert_reqs=CERT_NONE&ssl_check_hostname=no",
            "rediss://h",
            {"ssl_cert_reqs": "none", "ssl_check_hostname": False},
        ),
        (
            "redis://h?socket_timeout=1.5&health_check_interval=1m&max_connections=7",
            "redis://h",
            {"socket_timeout": 1.5, "health_check_interval": 60},
        ),
    ],
)
def test_redis_py_gets_what_the_url_says(values, url, location, arguments):
    entry = default(values, url)
    assert entry["LOCATION"] == location
    pool = made(entry)._cache.get_client().connection_pool
    assert {name: pool.connection_kwargs[name] for name in arguments} == arguments
    pool.make_connection()


@pytest.mark.parametrize("scheme", ["redis://h", "rediss://h", "unix:///run/redis.sock"])
def test_redis_py_takes_every_option(values, scheme):
    tried = 0
    for name, kind in _REDIS.items():
        example = "true" if kind.name == "bool" else kind.example
        try:
            entry = default(values, f"{scheme}?{name}={example}")
        except ConfigurationError:
            assert "rediss" not in scheme
            continue
        made(entry)._cache.get_client().connection_pool.make_connection()
        tried += 1
    assert tried > 5


def sometimes(*texts):
    return st.sampled_from(["", *texts])


URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["redis", "rediss", "unix", "pymemcache"]),
    sometimes("u@", "u:p@", ":p@", ":%40%23$x%2C@", ":a,b;c@", ":p@p@", ":p/p@"),
    sometimes("h", "h:6379", "h:", "a,b:1", "[::1]:2,c", "%2Frun", "::1", "h:0"),
    sometimes("/", "/1", "/run/a.sock", "/run/a%20+b.sock", "/run/", "/x", "/1/2"),
    sometimes("?db=2", "?timeout=5", "?socket_timeout=1", "?client_name=me&protocol=3", "?x=1"),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(url=URLS)
def test_what_is_accepted_is_what_the_client_takes(url):
    try:
        cache.GROUP.variables[0].type.parse(url)
    except ValueError:
        assume(False)
    backend = made(cache.entry(url))
    if url.startswith("pymemcache"):
        assert backend._cache
    else:
        assert backend._cache.get_client(write=True).connection_pool.make_connection()


def test_several_servers(values):
    two = ["redis://u:p@a:1/2", "redis://u:p@b/2"]
    assert default(values, "redis://u:p@a:1,b/2")["LOCATION"] == two
    assert default(values, "redis://u:p@a:1/2;redis://u:p@b/2")["LOCATION"] == two
    assert made(default(values, "redis://a,b"))._cache._servers == ["redis://a", "redis://b"]


def test_memcached(values):
    for scheme in "memcached", "memcache", "pymemcache":
        entry = default(values, f"{scheme}://a:1,[fd00::1]:2?connect_timeout=2&timeout=1h")
        assert entry == {
            "BACKEND": PYMEMCACHE,
            "LOCATION": ["a:1", "[fd00::1]:2"],
            "OPTIONS": {"connect_timeout": 2.0},
            "TIMEOUT": 3600,
            "KEY_PREFIX": "antisocial",
        }
        assert made(entry)._cache
    entry = default(values, "memcached:///run/memcached.sock")
    assert entry["LOCATION"] == "unix:/run/memcached.sock"
    assert made(entry)._cache


def test_files_and_tables(values):
    assert default(values, "filecache:///data/my%20c++")["LOCATION"] == "/data/my c++"
    assert default(values, "dbcache://cache_table")["LOCATION"] == "cache_table"
    assert default(values, "dummycache://")["BACKEND"].endswith("DummyCache")
    entry = default(values, "locmemcache://name?max_entries=7&cull_frequency=2")
    assert entry["OPTIONS"] == {"MAX_ENTRIES": 7, "CULL_FREQUENCY": 2}
    assert (made(entry)._max_entries, made(entry)._cull_frequency) == (7, 2)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("5m", 300), ("None", None), ("0", 0)])
def test_options_of_django_s(values, text, seconds):
    entry = default(values, f"redis://r/1?timeout={text}&key_prefix=mine&VERSION=2")
    assert (entry["TIMEOUT"], entry["KEY_PREFIX"], entry["VERSION"]) == (seconds, "mine", 2)
    assert "OPTIONS" not in entry
    backend = made(entry)
    assert backend.default_timeout == seconds
    assert backend.make_key("key") == "mine:2:key"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("redis://h/geheim", "has a path that is not the number of a database"),
        ("redis://h/1/2", "has a path that is not the number of a database"),
        ("redis://:6379/0", "has a port and no host"),
        ("redis://:geheim@/0", "has a user or password and no host"),
        ("rediss:///0", "has no host"),
        ("redis:///run/geheim/", "has a slash at the end of its path"),
        ("redis://%2Frun%2Fgeheim/0", "has a socket for a host"),
        ("unix://h/run/geheim", "has no path of a socket"),
        ("unix:///1", "has no path of a socket"),
        ("redis://h/0?db=1", "has the number of its database twice"),
        ("redis://h/0?geheim=1", "has an option that the cache does not know"),
        ("redis://h/0?decode_responses=true", "has an option that the cache does not know"),
        ("redis://h/0?pool_class=geheim.Pool", "has an option that the cache does not know"),
        ("redis://h/0?ssl_cert_reqs=none", "has an option that the cache does not know"),
        ("unix:///run/r.sock?socket_connect_timeout=1", "has an option that the cache does not"),
        ("rediss://h/0?ssl_cert_reqs=geheim", "has an option ssl_cert_reqs that is not one of"),
        ("redis://h/0?socket_timeout=-1", "has an option socket_timeout that is not seconds"),
        ("redis://h/0?timeout=geheim", "has an option timeout that is not a whole number"),
        ("redis://h/0?timeout=3.5", "has an option timeout that is not a whole number"),
        ("redis://h/0?key_prefix=a%20b", "has an option key_prefix that is not text of ASCII"),
        ("redis://h/0?max_entries=5", "has an option that the cache does not know"),
        ("pymemcache://", "has no host, or a path after it"),
        ("pymemcache://h/geheim", "has no host, or a path after it"),
        ("pymemcache://u:geheim@h", "has a user or password, which is for Redis alone"),
        ("pymemcache://h?CONNECT_TIMEOUT=geheim", "has an option connect_timeout that is not"),
        ("filecache://geheim", "has no absolute path, which takes three slashes"),
        ("filecache:///", "has no absolute path, which takes three slashes"),
        ("dbcache://", "has no name of a table"),
        ("dbcache://geheim-table", "has no name of a table"),
        ("locmemcache:///geheim", "has more than a name"),
        ("locmemcache://?max_entries=0", "has an option max_entries that is not a whole number"),
        ("dummycache://?max_entries=1", "has an option that the cache does not know"),
        ("valkey://h", "has a scheme that is not among those expected"),
        ("redis://h/0;pymemcache://h", "has several URLs, and not all of them are of Redis"),
        ("redis://h/0;redis://i/0?timeout=1", "has several URLs with different options"),
    ],
)
def test_urls_that_are_refused(values, url, wrong):
    assert problems(values, url)["CACHE_URL"].startswith(wrong)


@pytest.mark.parametrize(("scheme", "package"), PACKAGES.items())
def test_the_client_is_not_installed(values, monkeypatch, scheme, package):
    monkeypatch.setattr("settings_lib.fragments.cache.find_spec", lambda _: None)
    wrong = f"names a cache whose client, {package}, is not installed"
    assert problems(values, f"{scheme}:///run/socket" if scheme == "unix" else f"{scheme}://h") == {
        "CACHE_URL": wrong
    }


def test_the_project_s_caches_stay(values):
    project = {"default": {"BACKEND": "mine"}, "sessions": {"BACKEND": "other"}}
    assert caches(values, project=project) is None
    found = caches(values, project=project, CACHE_URL="redis://h")
    assert found["sessions"] == {"BACKEND": "other"}
    assert found["default"]["BACKEND"] == REDIS
    found = caches(values, project={"sessions": {"BACKEND": "other"}})
    assert set(found) == {"default", "sessions"}


def test_what_the_project_says_of_behaviour_stays(values):
    project = {"TIMEOUT": 7, "KEY_PREFIX": "theirs", "VERSION": 3, "KEY_FUNCTION": "a.b"}
    mine = {**project, "BACKEND": LOCAL, "LOCATION": "x", "OPTIONS": {"MAX_ENTRIES": 1}}
    entry = default(values, "redis://h", **mine)
    assert entry == {**project, "BACKEND": REDIS, "LOCATION": "redis://h"}
    assert default(values, "redis://h?key_prefix=url", **mine)["KEY_PREFIX"] == "url"
    entry = default(values, "locmemcache://?cull_frequency=2", **mine)
    assert entry["OPTIONS"] == {"MAX_ENTRIES": 1, "CULL_FREQUENCY": 2}


def test_another_backend_for_redis_stays(values):
    options = {"CLIENT_CLASS": "own", "CONNECTION_POOL_KWARGS": {"max_connections": 5}}
    theirs = {"BACKEND": "django_redis.cache.RedisCache", "OPTIONS": options}
    entry = default(values, "redis://h/1?socket_timeout=2", **theirs)
    assert entry["BACKEND"] == "django_redis.cache.RedisCache"
    assert entry["LOCATION"] == "redis://h/1"
    assert entry["OPTIONS"] == {
        "CLIENT_CLASS": "own",
        "CONNECTION_POOL_KWARGS": {"max_connections": 5, "socket_timeout": 2.0},
    }
    entry = default(values, "redis://h?socket_timeout=2", BACKEND="own.RedisCache")
    assert (entry["BACKEND"], entry["OPTIONS"]) == ("own.RedisCache", {"socket_timeout": 2.0})
    assert default(values, "locmemcache://", **theirs)["BACKEND"] == LOCAL


def test_build_mode(values):
    theirs = {"default": {"BACKEND": REDIS, "LOCATION": "redis://h", "OPTIONS": {"a": 1}}}
    entry = caches(values, project=theirs, BUILD="1", CACHE_URL="nonsense")["default"]
    assert entry == {"BACKEND": LOCAL, "LOCATION": "", "KEY_PREFIX": "antisocial"}
