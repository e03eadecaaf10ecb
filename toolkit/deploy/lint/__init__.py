"""What the old code cannot live with in an app's migrations."""

from toolkit.deploy.lint.findings import Finding, findings

__all__ = ["Finding", "findings"]
