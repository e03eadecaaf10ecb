"""What the text of a variable can be: each type parses it, strictly."""
