"""Takes secrets out of what is printed: by the environment's values, and by their shape."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from entrypoint.secret_names import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

#: What stands in a secret's place: shorter than any value that is searched for, so that to replace
#: ends, even where the text around it makes up another secret.
MASK = "***"

#: Shorter values are not searched for in texts, or every "a" would go. Their variable is masked.
SHORTEST = 4

#: The items of a list, the lines of a text and a URL's path are searched for from this length on.
SHORTEST_PART = 8

#: How the names of variables end that hold URLs, of which more than the scheme can be shown.
URLS = ("URL", "URLS", "URI", "DSN", "BROKER")

#: As much of a secret's file is read, in bytes.
LONGEST_FILE = 65536

#: What a secret is not, where nothing but the name says that it is one: AWS_QUERYSTRING_AUTH=true.
PLAIN = ("true", "false", "yes", "no", "on", "off", "none", "null")

_SCHEME = r"[a-zA-Z][a-zA-Z0-9+.-]*://"
_PLAIN = r"[^\s:@/?#;,'\"<>]"
_CLEAN_URL = re.compile(
    rf"(?P<scheme>{_SCHEME})(?:(?P<user>{_PLAIN}*)(?::(?P<password>(?:{_PLAIN}|:)*))?@)?"
    rf"(?P<host>\[[0-9a-fA-F:.%]+\]|{_PLAIN}*)(?::\d*)?(?P<rest>[/?#][^\s;'\"<>@]*)?"
)
_USER_INFO = re.compile(rf"({_SCHEME})([^\s:@/?#'\"]*)(:[^\s@/?#'\"]*)?@")
_BROKEN_USER_INFO = re.compile(
    rf"({_SCHEME}[^\s:@/?#'\"]*:)(?!\d*(?:[/?#\s'\"]|$))((?:(?!://)[^\s'\"])*)@"
)
_ASSIGNED = re.compile(
    r"""(?P<name>[A-Za-z_][\w.-]*)(?P<between>\s?=\s?|["']\s?:\s?(?=["']))"""
    r"""(?P<value>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|[^\s&;,'")\]}]+)"""
)
_OPTION = re.compile(r"(?<!\S)(?P<name>--?[A-Za-z][\w-]*)(?P<between>\s+)(?P<value>(?!-)\S+)")
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*")
_BEARER = re.compile(r"(?i)\b(authorization\s*:\s*(?:\w+\s+)?|bearer\s+(?=\S*\d))[^\s'\",]+")
_BASE64 = re.compile(r"(?<![\w+/.=-])[A-Za-z0-9+_-][A-Za-z0-9+/_-]{39,}={0,2}(?![\w+/.-])")
_HEX = re.compile(r"(?<![\w:])(?=\w*\d)(?=\w*[a-fA-F])(?!\w{40}\b)[0-9a-fA-F]{32,}(?!\w)")


class Redactor:
    """Takes the secrets of an environment out of texts.

    A variable is secret by the settings' schema, or by its name. Of a URL only the credentials are
    replaced. `NAME_FILE` is shown, it is a path; the secret in that file is looked for in texts.

    Args:
        environ: the environment.
        secrets: names of variables that are secret whatever they look like.
    """

    def __init__(self, environ: Mapping[str, str], secrets: Iterable[str] = ()) -> None:
        self._environ = dict(environ)
        self._named = frozenset(secrets)
        forms: set[str] = set()
        for value in self._secrets():
            forms.update(form for part in value for form in _forms(part))
        self._values = tuple(sorted(form for form in forms if len(form) >= SHORTEST))

    def environ(self) -> dict[str, str]:
        """Return the environment, safe to print."""
        return {name: self._shown(name, value) for name, value in self._environ.items()}

    def text(self, text: str) -> str:
        """Return a text without the environment's secrets, nor what looks like credentials."""
        text = self._without_values(text)
        text = _USER_INFO.sub(_without_password, text)
        text = _BROKEN_USER_INFO.sub(rf"\1{MASK}@", text)
        for pattern in (_ASSIGNED, _OPTION):
            text = pattern.sub(self._without_assigned, text)
        for pattern in (_PEM, _JWT, _HEX):
            text = pattern.sub(MASK, text)
        text = _BEARER.sub(rf"\1{MASK}", text)
        text = _BASE64.sub(lambda found: MASK if _is_random(found[0]) else found[0], text)
        return self._without_values(text)

    def is_secret(self, name: str, value: str) -> bool:
        """Return whether a variable's value is a secret, or a URL that may hold one."""
        if name in self._named:
            return True
        return value.lower() not in PLAIN and is_secret_name(name)

    def _shown(self, name: str, value: str) -> str:
        if not value or not self.is_secret(name, value):
            return self.text(value)
        urls = _urls(name, value)
        return self.text(";".join(_without_path(url) for url in urls)) if urls else MASK

    def _secrets(self) -> Iterator[Iterable[str]]:
        for name, value in self._environ.items():
            if self.is_secret(name, value):
                yield _parts(name, value)
            else:  # a variable of any name may be a URL
                yield _passwords(value)
            base, end = name[:-5], name[-5:]
            if end == "_FILE" and (base in self._named or is_secret_name(base)):
                yield _parts(base, _content(value))

    def _without_values(self, text: str) -> str:
        while True:
            spans = sorted(
                (start, start + len(value))
                for value in self._values
                for start in _starts(text, value)
            )
            if not spans:
                return text
            pieces, end = [], 0
            covered = -1
            for start, stop in spans:
                if start > covered:
                    pieces += [text[end:start], MASK]
                covered = end = max(covered, stop)
            text = "".join(pieces) + text[end:]

    def _without_assigned(self, found: re.Match[str]) -> str:
        name, value = found["name"], found["value"].strip("'\"")
        # ODBC's, and not the shell's directory
        secret = self.is_secret(name, value) or (name == "PWD" and not value.startswith("/"))
        if not secret or _CLEAN_URL.fullmatch(value):
            return found[0]
        mark = found["value"][0] if found["value"][0] in "'\"" else ""
        return f"{name}{found['between']}{mark}{MASK}{mark}"


def _content(path: str) -> str:
    """Return what a secret's file holds; nothing where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST_FILE).strip()
    except (OSError, ValueError):
        return ""


def _urls(name: str, value: str) -> list[re.Match[str]]:
    """Return the URLs that a secret variable consists of; none where it is anything else."""
    if not name.upper().endswith(URLS):
        return []
    urls = [_CLEAN_URL.fullmatch(part) for part in value.split(";")]
    return [url for url in urls if url] if all(urls) else []


def _parts(name: str, value: str) -> Iterator[str]:
    """Give what is secret of a secret variable: all of it, its items, a URL's credentials."""
    urls = _urls(name, value)
    for url in urls:
        yield url["password"] or ""
        if _is_web(url):
            yield url["user"] or ""
            yield url["rest"] if len(url["rest"] or "") >= SHORTEST_PART else ""
    yield from _passwords(value)
    if not urls:
        yield value
        yield value.strip()
        pieces = (piece.strip() for piece in re.split(r"[,\n]", value))
        yield from (piece for piece in pieces if len(piece) >= SHORTEST_PART)


def _passwords(value: str) -> Iterator[str]:
    """Give what may be passwords in any value: of URLs, even where not encoded, and of DSNs."""
    for pattern, group in ((_USER_INFO, 3), (_BROKEN_USER_INFO, 2)):
        for found in pattern.finditer(value):
            yield (found[group] or "").lstrip(":")
    for found in _ASSIGNED.finditer(value):
        if is_secret_name(found["name"]) and found["value"].lower() not in PLAIN:
            yield found["value"].strip("'\"")


def _forms(secret: str) -> Iterator[str]:
    """Give the ways in which a secret may be written."""
    for plain in {secret, unquote(secret), unquote_plus(secret)}:
        yield plain
        yield repr(plain)[1:-1]
        for ascii_only in (True, False):
            yield json.dumps(plain, ensure_ascii=ascii_only)[1:-1]
        for encoded in (
            quote(plain, safe="", errors="surrogatepass"),
            quote(plain, errors="surrogatepass"),
            quote_plus(plain, errors="surrogatepass"),
        ):
            yield encoded
            yield re.sub("%..", lambda found: found[0].lower(), encoded)


def _starts(text: str, value: str) -> Iterator[int]:
    start = text.find(value)
    while start >= 0:
        yield start
        start = text.find(value, start + 1)


def _is_web(url: re.Match[str]) -> bool:
    return url["scheme"].lower() in ("http://", "https://")


def _without_path(url: re.Match[str]) -> str:
    """Return a secret URL; of the web's, such as a DSN or a web hook, the path is secret too."""
    rest = url["rest"] or ""
    if rest.strip("/") and _is_web(url):
        return url[0][: -len(rest)] + "/" + MASK
    return url[0]


def _without_password(found: re.Match[str]) -> str:
    scheme, user, password = found[1], found[2], found[3]
    if scheme.lower() in ("http://", "https://"):  # a DSN's user is its key
        return f"{scheme}{MASK}@"
    return found[0] if password in (None, ":") else f"{scheme}{user}:{MASK}@"


def _is_random(text: str) -> bool:
    """Return whether a word looks like base 64 of random bytes, rather than a path or a name."""
    tests: tuple[Callable[[str], bool], ...] = (str.isupper, str.islower, str.isdigit)
    if not all(any(test(letter) for letter in text) for test in tests):
        return False
    return text.count("/") * 16 <= len(text) and len(set(text)) * 2 >= min(len(text), 40)
