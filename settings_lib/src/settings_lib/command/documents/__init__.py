"""What is made from a schema: the reference, example environments, a JSON Schema."""
