"""Fills a wheelhouse: every package of an app as a wheel for one interpreter, or nothing at all.

Runs inside the builder image as ``build-wheels``; ``toolkit wheelhouse`` on the host starts it.
The way of the data, a module a step: :mod:`requirements` and :mod:`resolve` turn what the app
has (``requirements.txt``, ``uv.lock``, ``pylock.toml``) into a lock file as PEP 751 describes it,
:mod:`selection` picks one artifact a package for the target interpreter, :mod:`plan` keeps what
the wheelhouse has already, :mod:`download` and :mod:`build` make the rest, :mod:`libraries` adds
the Debian packages that built wheels need at run time, :mod:`wheelhouse` puts it all in place.
"""
