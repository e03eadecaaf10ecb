"""Create a bucket whose static files anybody may read. Arguments: the server's address."""

import json
import sys

import boto3

client = boto3.client(
    "s3",
    endpoint_url=sys.argv[1],
    aws_access_key_id="AKIDTEST",
    aws_secret_access_key="geheim",
    region_name="us-east-1",
)
client.create_bucket(Bucket="bucket")
statement = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::bucket/static/*",
}
policy = {"Version": "2012-10-17", "Statement": [statement]}
client.put_bucket_policy(Bucket="bucket", Policy=json.dumps(policy))
