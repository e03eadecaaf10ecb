from settings_lib.app import App
from settings_lib.fragments import cache


def default(values, **environ):
    return cache.settings(values(**environ), App(name="antisocial"))["CACHES"]["default"]


def test_the_process_s_own_memory(values):
    assert default(values)["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"


def test_redis(values):
    entry = default(values, REDIS_URL="redis://:pw@r.example.org:6379/1")
    assert entry["BACKEND"].endswith("RedisCache")
    assert entry["LOCATION"] == "redis://:pw@r.example.org:6379/1"
    assert entry["KEY_PREFIX"] == "antisocial"


def test_the_url_s_prefix_wins(values):
    assert default(values, CACHE_URL="redis://r/1?key_prefix=mine")["KEY_PREFIX"] == "mine"
