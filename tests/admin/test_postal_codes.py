"""The desk reads postal codes that were imported, and changes none."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from rallies.models import PostalCode

pytestmark = pytest.mark.django_db

FEW = Path(__file__).parent.parent / "data" / "postal_codes" / "few.txt"
LIST = "/admin/rallies/postalcode/"


@pytest.fixture
def desk(admin_client):
    call_command("import_postal_codes", FEW, stdout=StringIO())
    return admin_client


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"q": "857"}, ["85701", "85702", "85716"]),
        ({"q": "sw1a"}, ["SW1A 0AA", "SW1A 1AA"]),
        ({"q": "SW1A 1"}, ["SW1A 1AA"]),
        ({"q": "101"}, ["10117", "1012 JS"]),
        ({"q": "nl 101"}, ["1012 JS"]),
        ({"q": "101", "country": "DE"}, ["10117"]),
        ({"country": "GB"}, ["EH1 1RF", "SW1A 0AA", "SW1A 1AA"]),
        ({"q": "%"}, []),
        ({"q": "Tucson"}, []),
    ],
)
def test_codes_are_found_by_their_beginning_and_country(desk, asked, codes):
    assert [row.code for row in desk.get(LIST, asked).context["cl"].result_list] == codes


def test_countries_to_choose_from_are_those_that_have_codes(desk):
    filters = desk.get(LIST).context["cl"].filter_specs
    offered = [code for code, _name in filters[0].lookup_choices]
    assert sorted(offered) == sorted(set(PostalCode.objects.values_list("country", flat=True)))
    assert len(offered) == 10


def test_an_empty_table_has_a_list(admin_client):
    assert list(admin_client.get(LIST).context["cl"].result_list) == []


def test_nobody_changes_a_code(desk):
    row = PostalCode.objects.get(code="85701")
    assert desk.get(f"{LIST}{row.pk}/change/").status_code == 200
    answers = [desk.post(f"{LIST}add/"), desk.post(f"{LIST}{row.pk}/change/", {"code": "1"})]
    answers.append(desk.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}))
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert PostalCode.objects.count() == 22
    assert PostalCode.objects.get(pk=row.pk).code == "85701"
