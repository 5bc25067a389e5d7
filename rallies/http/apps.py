from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin, with a desk that asks more of those who enter."""

    default_site = "rallies.http.desk.Desk"
