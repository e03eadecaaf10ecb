"""A package that adds a verb to every image that it is installed in."""


def sweep(args):
    """Sweep the floor."""
    print("swept", *args)
