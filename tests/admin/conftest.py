import pytest
from django.test import Client

from rallies.operations.accounts import create_administrator
from tests.signing_in import sign_in

from .forms import NOW


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    """A browser in which an administrator is signed in."""
    user, _ = create_administrator(username="admin", now=NOW)
    sign_in(client, user)
    return client
