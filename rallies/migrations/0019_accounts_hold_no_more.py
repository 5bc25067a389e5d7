from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    """Accounts made by Django's own command could hold an e-mail address and a last name, which nothing ever used."""

    dependencies = [
        ('rallies', '0018_links_are_good_once'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("UPDATE auth_user SET email = '', last_name = ''", migrations.RunSQL.noop),
    ]
