"""What people ask of an app that runs on its hosts, and do there, between two deploys."""
