"""Varied actions, the files that tell of them, and what stands in the database."""

from dataclasses import dataclass

import time_machine
from django.db import transaction
from django.test import Client

from rallies.feeds.answers import MEMORY
from rallies.models import Action

from .instances import Instance, in_window
from .making import make_all
from .truth import instances_of_database
from .varied import LATER, YEAR, Described, describe

NUMBER = 500
WHOLE, HIDE = "/actions.ics?all=1", "/actions.ics?all=1&cancelled=hide"


@dataclass(frozen=True)
class World:
    """By slug: actions as they were described, their zones and the UIDs of their dates. By address: files, and the instances in the
    database that each must tell."""

    seed: int
    described: dict[str, Described]
    zones: dict[str, str]
    uids: dict[str, set[str]]
    files: dict[str, bytes]
    truth: dict[str, list[Instance]]

    def described_of(self, uid: str) -> str:
        slugs = [slug for slug, uids in self.uids.items() if uid in uids]
        return "".join(f"{slug}: {self.described[slug]}" for slug in slugs)

    def bytes_of(self, uid: str) -> bytes:
        events = self.files[WHOLE].split(b"BEGIN:VEVENT\r\n")[1:]
        return b"".join(event for event in events if f"UID:{uid}\r\n".encode() in event.replace(b"\r\n ", b""))


def make_world(seed: int) -> World:
    """Always the same actions for one seed; their UIDs are random. The database is left as it was."""
    with transaction.atomic():
        made = _make(seed)
        transaction.set_rollback(True)
    return made


def _make(seed: int) -> World:
    described = make_all(describe(NUMBER * 8 // 5, with_seed=seed), number=NUMBER)
    slugs = {f"/actions/{slug}.ics": slug for slug in described}
    MEMORY.clear()
    with time_machine.travel(LATER, tick=False):
        answers = {address: Client().get(address) for address in (WHOLE, HIDE, *slugs)}
    MEMORY.clear()
    assert {answer.status_code for answer in answers.values()} == {200}
    found = instances_of_database()
    everything = [each for of_action in found.values() for each in of_action]
    truth = {
        WHOLE: everything,
        HIDE: [each for each in everything if each.status != "CANCELLED"],
        **{address: found[slug] for address, slug in slugs.items()},
    }
    return World(
        seed=seed,
        described=described,
        zones=dict(Action.objects.values_list("slug", "timezone")),
        uids={slug: {each.uid for each in instances} for slug, instances in found.items()},
        files={address: answer.content for address, answer in answers.items()},
        truth={address: in_window(instances, YEAR) for address, instances in truth.items()},
    )
