from django.db import models


class Done(models.Model):
    """A task that has been done; twice done, twice a row."""

    number = models.IntegerField(db_index=True)
    version = models.CharField(max_length=64)
    host = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.number} by {self.version}"


class Visit(models.Model):
    """What versions' migrations change."""

    path = models.CharField(max_length=200)
    referrer = models.CharField(max_length=200)

    def __str__(self):
        return self.path
