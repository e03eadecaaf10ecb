"""`entrypoint build`: what a Dockerfile does with an app's code, in build mode."""
