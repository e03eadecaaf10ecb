"""What boto3's errors mean. It is the app's, of any version, so they are known by their names."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError, UnavailableError
from entrypoint.services.reasons import detail, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from entrypoint.errors import EntrypointError

#: S3's own failures begin here; below, the request is refused.
SERVER_ERROR = 500

#: boto3's classes, or some above them, for an S3 that does not answer.
SILENT = {"HTTPClientError", "ConnectionError", "EndpointConnectionError"}

#: What S3's codes mean (its API reference, "Error responses").
REFUSED = {
    "InvalidAccessKeyId": "it does not know the access key",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "AccessDenied": "the access key may not do that there",
    "ExpiredToken": "the temporary access key has expired",
    "InvalidToken": "the temporary access key is not valid",
    "NoSuchBucket": "there is no such bucket",
    "AccessControlListNotSupported": "the bucket takes no ACL",
    "RequestTimeTooSkewed": "the clock of this host is wrong",
    "403": "the access key may not do that there",
    "404": "there is no such bucket",
}


def told(error: BaseException) -> EntrypointError | None:
    """Return what an error of boto3's means, or None where no such error led to this one."""
    for each in _causes(error):
        response = getattr(each, "response", None)
        if isinstance(response, dict) and "Error" in response:
            return _answered(each, response)
        names = {base.__name__ for base in type(each).__mro__}
        if type(each).__module__ != "botocore.exceptions":
            continue
        if names & SILENT:
            # botocore keeps what its HTTP client said; a retry loses the chain of causes.
            why = getattr(each, "kwargs", {}).get("error")
            return UnavailableError(
                f"S3 does not answer: {reason(why if isinstance(why, Exception) else each)}.",
                f"{detail(each)}. See AWS_S3_ENDPOINT_URL and AWS_S3_REGION_NAME.",
            )
        return ConfigurationError(
            f"S3 cannot be asked: {detail(each)}.",
            "See AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the other AWS_ variables.",
        )
    return None


def _answered(error: Any, response: dict[str, Any]) -> EntrypointError:  # noqa: ANN401
    """Return what S3's own answer means."""
    code = str(response["Error"].get("Code", ""))
    operation = getattr(error, "operation_name", "a request")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= SERVER_ERROR:
        return UnavailableError(f"S3 failed at {operation}: {status} {code}.", "Try again later.")
    why = REFUSED.get(code, "its documentation has the code")
    return ConfigurationError(
        f"S3 refuses {operation}: {code}: {why}.",
        "See AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_STORAGE_BUCKET_NAME and the rights that "
        "the key has.",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
