"""A `migrate` of the app's own, as some packages bring one."""

from django.core.management.commands import migrate


class Command(migrate.Command):
    def handle(self, *args, **options):
        self.stdout.write("own: before")
        super().handle(*args, **options)
        self.stdout.write("own: after")
