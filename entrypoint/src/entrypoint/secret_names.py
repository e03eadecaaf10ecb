"""Whether a variable's name says that its value is a secret.

Where a name leaves doubt, it is taken for a secret's: a number that is hidden costs a question, a
password that is shown costs more.
"""

from __future__ import annotations

import re

#: Anywhere in a name: PGPASSWORD, SECRETKEY, DBCREDENTIALS.
PARTS = ("PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "PRIVATE", "APIKEY")

#: The end of one of its words: DB_PASS, DBPASS, AWS_ACCESS_KEY_ID, ENCKEY, BASICAUTH.
ENDS = ("PASS", "PWD", "KEY", "KEYS", "AUTH", "DSN", "CRED", "CREDS", "JWT", "SALT")

#: One of its words.
WORDS = ("BEARER", "COOKIE", "SIGNATURE", "WEBHOOK", "PIN", "OTP", "PEPPER")

#: Words that only look like one.
INNOCENT = (
    "BYPASS", "COMPASS", "DONKEY", "HOCKEY", "HOTKEY", "JOCKEY", "MONKEY", "TURKEY", "WHISKEY",
)  # fmt: skip

#: Last words that make it something about a secret, such as its path or how long it lasts.
ABOUT = (
    "AGE", "ALGORITHM", "BACKEND", "BACKENDS", "CLASS", "COUNT", "DIR", "DOMAIN", "ENABLED",
    "EXPIRY", "FILE", "HEADER", "HTTPONLY", "LENGTH", "LIFETIME", "MAX", "MIN", "NAME", "PATH",
    "PREFIX", "SAMESITE", "SECONDS", "SECURE", "SOCK", "TIMEOUT", "TTL", "TYPE", "VERSION",
)  # fmt: skip

#: The shell's working directory.
EXCEPTIONS = ("PWD", "OLDPWD")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^A-Z0-9]+")


def is_secret_name(name: str) -> bool:
    """Return whether a name, of a variable, an option or a URL's parameter, is a secret's."""
    words = _BETWEEN.split(_CAMEL.sub("_", name).upper().strip("_-"))
    if words[-1] in ABOUT or name in EXCEPTIONS:
        return False
    words = [word for word in words if word not in INNOCENT]
    if any(part in word for word in words for part in PARTS):
        return True
    if "PUBLIC" in words:
        return False
    return any(word in WORDS or word.endswith(ENDS) for word in words)
