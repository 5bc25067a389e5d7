from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """When a job of the worker ran, and who has it in hand now. What is due is read from the data, never from here.

    `finished_at` is the end of the last run in which nothing failed. `owner` is the worker that has it, until
    `leased_until` at most, so that the job of a worker that was killed is taken up by another.
    """

    name = models.CharField(_("name"), max_length=40, unique=True)
    started_at = models.DateTimeField(_("last started"), null=True)
    finished_at = models.DateTimeField(_("last finished"), null=True)
    failed_at = models.DateTimeField(_("last failed"), null=True)
    failures = models.PositiveIntegerField(_("failures of the last run"), default=0)
    owner = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner="", leased_until__isnull=True) | (~Q(owner="") & Q(leased_until__isnull=False)),
                name="job_owner_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.name
