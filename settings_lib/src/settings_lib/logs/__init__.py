"""What becomes of a log record, and the id of the request that it belongs to."""
