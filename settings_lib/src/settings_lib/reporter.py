"""What Django's error pages and mails show of settings and of a request's variables.

Django hides what has KEY, PASS, SECRET and the like in its name. A broker, a cache or a database is
a URL, with its password in it, under a name that has none of these.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings  # type: ignore[import-untyped]
from django.views.debug import SafeExceptionReporterFilter  # type: ignore[import-untyped]

_USER_INFO = re.compile(r"(://[^/?#\s:@]*:).*@", re.DOTALL)
_PARAMETER = re.compile(
    r"([?&;][^=&?;]*(?:API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE)[^=&?;]*=)[^&;]*", re.IGNORECASE
)


class ReporterFilter(SafeExceptionReporterFilter):  # type: ignore[misc]  # Django has no types
    """Django's filter, which also hides the schema's secrets and the passwords in URLs.

    It looks at settings and at ``request.META``, which has the environment under ``runserver``. The
    local variables of a traceback are shown in debug mode, as ever.
    """

    def cleanse_setting(self, key: Any, value: Any) -> Any:  # noqa: ANN401 - Django's
        """A setting, or what is in one, without its secrets."""
        if key in getattr(settings, "SECRET_VARIABLES", ()):
            return self.cleansed_substitute
        if isinstance(value, str):
            for pattern, end in ((_USER_INFO, "@"), (_PARAMETER, "")):
                value = pattern.sub(rf"\g<1>{self.cleansed_substitute}{end}", value)
        return super().cleanse_setting(key, value)
