from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, in_choices, remembered


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def public(self) -> "ParticipationQuerySet":
        """Accepted by the group itself, or reported by a source."""
        return self.filter(state__in=enums.SHOWN_PARTICIPATIONS)


class Participation(Dated):
    """A group at an action. Nobody stands as host or endorser unasked: accepted, or reported with its source."""

    action = models.ForeignKey("rallies.Action", on_delete=models.CASCADE, related_name="participations")
    organizer = models.ForeignKey("rallies.Organizer", on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(_("role"), max_length=20, choices=enums.participation_roles, default="host")
    state = models.CharField(_("state"), max_length=20, choices=enums.participation_states, default="invited")
    source = models.ForeignKey(
        "rallies.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ParticipationQuerySet.as_manager()
    history = remembered()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["organizer", "state", "action"], name="participation_of_group"),
            # The few that wait for an answer, which every page of the desk counts for administrators; and whether an action
            # has a host.
            models.Index(fields=["state", "action", "role"], name="participation_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["action", "organizer"], name="participation_once"),
            in_choices("role", enums.ParticipationRole.values, name="participation_role_known"),
            in_choices("state", enums.ParticipationState.values, name="participation_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organizer_id} · {self.action_id}"
