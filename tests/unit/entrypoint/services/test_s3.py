import pytest

from entrypoint.services.s3 import told


class BotoCoreError(Exception):
    __module__ = "botocore.exceptions"


class ConnectionError(BotoCoreError):  # noqa: A001 - botocore's name
    __module__ = "botocore.exceptions"


class EndpointConnectionError(ConnectionError):
    __module__ = "botocore.exceptions"

    def __init__(self, error):
        super().__init__('Could not connect to the endpoint URL: "http://s3.example.org/"')
        self.kwargs = {"error": OSError(error)}


class NoCredentialsError(BotoCoreError):
    __module__ = "botocore.exceptions"


class ClientError(Exception):
    """As in botocore/exceptions.py, whose response has more than may be told."""

    operation_name = "GetObject"

    def __init__(self, code, status):
        super().__init__("geheim")
        self.response = {
            "Error": {"Code": code, "AWSAccessKeyId": "geheim", "StringToSign": "geheim"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (EndpointConnectionError("Connection refused"), 69, "not answer: connection refused"),
        (NoCredentialsError("Unable to locate credentials"), 78, "Unable to locate credentials"),
        (ClientError("SignatureDoesNotMatch", 403), 78, "secret key does not belong"),
        (ClientError("NoSuchBucket", 404), 78, "GetObject: NoSuchBucket: there is no such bucket"),
        (ClientError("Strange", 400), 78, "Strange: its documentation has the code"),
        (ClientError("SlowDown", 503), 69, "S3 failed at GetObject: 503 SlowDown"),
    ],
)
def test_what_boto3_says(error, code, text):
    meant = told(error)
    assert meant.exit_code == code
    assert text in str(meant)
    assert "geheim" not in str(meant)


def test_the_cause_counts():
    error = RuntimeError("Failed to upload")
    error.__cause__ = ClientError("AccessDenied", 403)
    assert told(error).exit_code == 78


def test_other_errors_are_not_boto3s():
    assert told(ConnectionRefusedError("Connection refused")) is None
    assert told(ValueError("botocore.exceptions")) is None
