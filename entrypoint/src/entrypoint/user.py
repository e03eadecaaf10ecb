"""Who the container's processes are: never root at run time."""

from __future__ import annotations

import os

from entrypoint.errors import PermissionsError

#: The user of the base image; its primary group is 0, so that any uid in group 0 works the same.
USER = "app"


def is_root() -> bool:
    """Return whether this process may do everything."""
    return os.geteuid() == 0


def become(name: str = USER) -> None:
    """Become another user for good, group and supplementary groups included.

    Sets HOME as well, as `su` does: root's is neither readable nor writable for the new user.

    Raises:
        PermissionsError: there is no such user, or the capabilities to change are missing.
    """
    import pwd

    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise PermissionsError(
            f"started as root, and there is no user {name!r} to become.",
            "Build the image FROM django-container/base, or start it with --user.",
        ) from None
    try:
        os.initgroups(name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    except PermissionError:
        raise PermissionsError(
            f"started as root, without the capabilities to become user {name!r}.",
            f"Start the container with --user {name} (any uid in group 0 works too).",
        ) from None
    os.environ["HOME"] = user.pw_dir
