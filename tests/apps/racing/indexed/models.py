from django.db import models


class Line(models.Model):
    text = models.CharField(max_length=100)

    class Meta:
        indexes = (models.Index(fields=["text"], name="line_text"),)

    def __str__(self):
        return self.text
