"""Who belongs to a group or a campaign: a page for those who say so, and a page for each thing they can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rallies import conf, links
from rallies.enums import MembershipRole
from rallies.http.sign_in import fresh_sign_in
from rallies.models import Campaign, CampaignRole, Invitation, Membership, Organizer
from rallies.operations import memberships as operations
from rallies.operations.errors import RulesBroken
from rallies.operations.invitations import invite_to_campaign, invite_to_group, revoke_invitation
from rallies.operations.recovery import make_recovery_link
from rallies.rules.access import Actor, Right, may
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import INVITATION_DAYS
from rallies.selectors.access import actor_of, rows_for, subject_of
from rallies.selectors.joining import Whole, coordinators_of, members_of, open_invitations

from .access import actor, allows, name_of
from .base import person
from .forms import DeskForm
from .links_once import LinkForm, MadeLink, link_page
from .safe import is_key

Belonging = Membership | CampaignRole
OWNER = "owner"
ROLES = (
    (MembershipRole.CONTRIBUTOR.value, gettext_lazy("Contributor: drafts actions of the group")),
    (MembershipRole.ORGANIZER.value, gettext_lazy("Organizer: edits and publishes them")),
    (OWNER, gettext_lazy("Owner: an organizer who says who belongs to the group")),
)


# --- what can be asked for


class DaysForm(LinkForm):
    days = forms.TypedChoiceField(
        label=gettext_lazy("Good for"),
        coerce=int,
        initial=7,
        choices=[(1, gettext_lazy("1 day")), (7, gettext_lazy("7 days")), (30, gettext_lazy("30 days"))],
    )
    field_order = ("role", "days", "address")


assert tuple(days for days, _words in DaysForm.base_fields["days"].choices) == INVITATION_DAYS  # type: ignore[attr-defined]


class GroupForm(DaysForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect, initial="contributor")


class MemberGroupForm(GroupForm):
    """For who may not invite an owner."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=ROLES[:2], widget=forms.RadioSelect, initial="contributor"
    )


class RoleForm(DeskForm, forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect)


# --- what can be done


@dataclass(frozen=True, slots=True)
class PersonStep:
    """Something that is done to one person's belonging. `run` gets the row, what was typed, who does it and when, and gives a
    link if that is what it makes."""

    name: str
    words: Any
    button: Any
    foretold: Any
    done: Any
    run: Callable[[Any, dict[str, Any], Any, datetime], MadeLink | None]
    form: type[forms.Form] = forms.Form
    is_grave: bool = False
    tells_subscribers = False


def _change_role(row: Membership, typed: dict[str, Any], by: Any, now: datetime) -> None:
    operations.change_role(row.pk, **_role_of(typed["role"]), by=by, now=now)


def _hand_over(row: Membership, typed: dict[str, Any], by: Any, now: datetime) -> None:
    operations.hand_over_group(row.pk, by=by, now=now)


def _remove(row: Belonging, typed: dict[str, Any], by: Any, now: datetime) -> None:
    remove = operations.remove_member if isinstance(row, Membership) else operations.remove_coordinator
    remove(row.pk, by=by, now=now)


def _recover(row: Belonging | User, typed: dict[str, Any], by: Any, now: datetime) -> MadeLink:
    user = row if isinstance(row, User) else row.user
    _link, token = make_recovery_link(user.pk, by=by, now=now)
    what = _("With this link you choose a new password for your account at %(site)s. It is good once, for 24 hours.")
    return MadeLink(links.recover_path(token), _("Recovery link"), what % {"site": conf.site_name()})


RECOVER = PersonStep(
    "recover", gettext_lazy("Recovery link…"), gettext_lazy("Make a recovery link"),
    gettext_lazy(
        "For somebody who cannot sign in any more. Whoever opens the link chooses a new password and is in: give it to this"
        " person alone, in a way that nobody else sees. It is good once, for 24 hours; earlier ones are taken back."
    ),
    "", _recover, LinkForm, is_grave=True,
)  # fmt: skip
LEAVE = PersonStep(
    "leave", gettext_lazy("Leave…"), pgettext_lazy("a group", "Leave"),
    gettext_lazy("What you entered stays. To come back you need an invitation."),
    gettext_lazy("You have left."), _remove, is_grave=True,
)  # fmt: skip
STEPS = (
    PersonStep(
        "role", gettext_lazy("Change role…"), gettext_lazy("Change the role"),
        gettext_lazy("It holds from the next page on that the person opens."),
        gettext_lazy("The role is changed."), _change_role, RoleForm,
    ),
    PersonStep(
        "hand-over", gettext_lazy("Hand over…"), gettext_lazy("Hand the group over"),
        gettext_lazy("This person then says who belongs to the group, and you no longer do. You stay an organizer."),
        gettext_lazy("The group is handed over."), _hand_over, is_grave=True,
    ),
    RECOVER,
    PersonStep(
        "remove", gettext_lazy("Remove…"), gettext_lazy("Remove the person"),
        gettext_lazy("The person can no longer act here, from now on. What they entered stays, and so does their account."),
        gettext_lazy("The person is removed."), _remove, is_grave=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonRow:
    row: Belonging
    name: str
    username: str
    role: str
    is_me: bool
    steps: tuple[tuple[PersonStep, str], ...]


def _rows_of(whole: Whole, who: Actor) -> list[PersonRow]:
    rows: list[Any] = list(members_of(whole) if isinstance(whole, Organizer) else coordinators_of(whole))
    people = [row.user_id for row in rows]
    recoverable = set(
        rows_for(who, Right.RECOVER, User).filter(pk__in=people, is_active=True).values_list("pk", flat=True)
    )
    return [_row(row, whole, who, is_recoverable=row.user_id in recoverable - {who.user}) for row in rows]


def _row(row: Any, whole: Whole, who: Actor, *, is_recoverable: bool) -> PersonRow:
    subject = subject_of(row)
    is_group, is_me = isinstance(row, Membership), row.user_id == who.user
    is_other_organizer = is_group and not row.is_owner and row.role == MembershipRole.ORGANIZER
    allowed = {
        "role": is_group and may(who, Right.CHANGE, subject),
        "hand-over": is_other_organizer and may(who, Right.CHANGE, subject),
        "recover": is_recoverable,
        "remove": not is_me and may(who, Right.DELETE, subject),
    }
    steps = tuple((step, _address(whole, step.name, row.pk)) for step in STEPS if allowed[step.name])
    role = _("Owner") if is_group and row.is_owner else row.get_role_display()
    return PersonRow(row, name_of(row.user), row.user.get_username(), role, is_me, steps)


def _role_of(choice: str) -> dict[str, Any]:
    return {"role": MembershipRole.ORGANIZER.value if choice == OWNER else choice, "is_owner": choice == OWNER}


# --- pages


class WithPeople:
    """For the admin of a noun that people belong to."""

    def get_urls(self) -> list[Any]:
        desk: Any = self
        return [*people_urls(desk), *super().get_urls()]  # type: ignore[misc]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        desk: Any = self
        whole = desk.get_object(request, unquote(object_id))
        may_admit = whole is not None and allows(request, Right.ADMIT, whole)
        more = {"people_page": _address(whole)} if may_admit else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})  # type: ignore[misc]


def people_urls(desk: admin.ModelAdmin) -> list[Any]:
    """The addresses for a noun that people belong to, below that of its rows."""
    model: Any = desk.model
    noun = model._meta.model_name

    def page(route: str, view: Callable[..., HttpResponseBase], name: str, **fixed: Any) -> Any:
        def answer(request: HttpRequest, object_id: int, **found: Any) -> HttpResponseBase:
            whole = model.objects.filter(pk=object_id).first() if is_key(object_id) else None
            # Whoever may not is told no more than that nothing is there.
            if whole is None or not allows(request, Right.ADMIT, whole):
                raise Http404
            return view(request, whole, actor(request), **found, **fixed)

        return path(
            f"<int:object_id>/people/{route}", desk.admin_site.admin_view(answer), name=f"rallies_{noun}_{name}"
        )

    dangerous = fresh_sign_in(_step_page)
    steps = [page(f"<int:pk>/{step.name}/", dangerous, f"people_{step.name}", step=step) for step in STEPS]
    return [
        page("", _people_page, "people"),
        page("invite/", fresh_sign_in(_invite_page), "people_invite"),
        page("invitations/<int:pk>/take-back/", _take_back_page, "people_take-back"),
        *steps,
    ]


def _address(whole: Whole, name: str = "", pk: int | None = None) -> str:
    noun = f"admin:rallies_{whole._meta.model_name}_people"
    return reverse(f"{noun}_{name}" if name else noun, args=[whole.pk, *([] if pk is None else [pk])])


def _people_page(request: HttpRequest, whole: Whole, who: Actor) -> HttpResponse:
    invitations = open_invitations(whole, now=timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("People"),
        "whole": whole,
        "opts": whole._meta,
        "people": _rows_of(whole, who),
        "invitations": [(link, _invited_as(link), _address(whole, "take-back", link.pk)) for link in invitations],
        "invite": _address(whole, "invite"),
    }
    return TemplateResponse(request, "admin/rallies/people.html", context)


def _invited_as(link: Invitation) -> str:
    return _("Owner") if link.is_owner else str(link.get_role_display())


def _invite_page(request: HttpRequest, whole: Whole, who: Actor) -> HttpResponse:
    def invite(_row: Any, typed: dict[str, Any], by: Any, now: datetime) -> MadeLink:
        if isinstance(whole, Campaign):
            _link, token = invite_to_campaign(whole.pk, days=typed["days"], by=by, now=now)
        else:
            _link, token = invite_to_group(whole.pk, **_role_of(typed["role"]), days=typed["days"], by=by, now=now)
        what = _("You are invited to “%(name)s” at %(site)s. The link is good once.")
        said = what % {"name": whole, "site": conf.site_name()}
        return MadeLink(links.join_path(token), _("Invitation: %(name)s") % {"name": whole}, said)

    form: type[forms.Form] = GroupForm if who.is_administrator else MemberGroupForm
    step = PersonStep(
        "invite", "", _("Make the invitation"),
        _("You get a link, and give it to one person. Whoever opens it first comes in, so let nobody else see it."),
        "", invite, DaysForm if isinstance(whole, Campaign) else form,
    )  # fmt: skip
    return run_step(request, step, None, about=str(whole), subject="", back=_address(whole), opts=whole._meta)


def _take_back_page(request: HttpRequest, whole: Whole, who: Actor, pk: int) -> HttpResponse:
    link = whole.invitations.filter(pk=pk).first() if is_key(pk) else None
    if link is None:
        raise Http404

    def take_back(row: Invitation, _typed: dict[str, Any], by: Any, now: datetime) -> None:
        revoke_invitation(row.pk, by=by, now=now)

    step = PersonStep(
        "take-back", "", _("Take the invitation back"), _("Whoever has the link can no longer come in with it."),
        _("The invitation is taken back."), take_back, is_grave=True,
    )  # fmt: skip
    return run_step(
        request, step, link, about=str(whole), subject=_invited_as(link), back=_address(whole), opts=whole._meta
    )


def _step_page(request: HttpRequest, whole: Whole, who: Actor, pk: int, step: PersonStep) -> HttpResponse:
    found = next((each for each in _rows_of(whole, who) if each.row.pk == pk), None)
    if found is None or step not in [own for own, _address in found.steps]:
        raise Http404
    back = _address(whole)

    def onward(request: HttpRequest) -> str:
        # Who handed the group over, or no longer owns it, would read there that the page does not exist.
        still_admits = may(actor_of(request.user), Right.ADMIT, subject_of(whole))
        return back if still_admits else reverse("admin:rallies_membership_mine")

    return run_step(
        request, step, found.row, about=str(whole), subject=found.name, back=back, opts=whole._meta, onward=onward
    )


def run_step(
    request: HttpRequest,
    step: PersonStep,
    row: Any,
    *,
    about: str,
    subject: str,
    back: str,
    opts: Any,
    onward: Callable[[HttpRequest], str] | None = None,
) -> HttpResponse:
    """What will be done to a `subject`, with a form and a button; after that, the page that it was asked for on, or the link. `onward` is
    asked after it was done, where it can close that page to whoever did it."""
    initial = {"role": OWNER if row.is_owner else row.role} if isinstance(row, Membership) else None
    form = step.form(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            made = step.run(row, form.cleaned_data, person(request), timezone.now())
        except (RuleBroken, RulesBroken) as error:
            for rule in error.broken if isinstance(error, RulesBroken) else (error,):
                form.add_error(rule.field if rule.field in form.fields else None, rule.sentence)
        else:
            if made is not None:
                return link_page(request, made, address=form.cleaned_data.get("address", ""), back=back)
            messages.success(request, step.done)
            return HttpResponseRedirect(onward(request) if onward else back)
    context = {
        **admin.site.each_context(request),
        "title": step.button,
        "action": about,
        "when": subject,
        "step": step,
        "form": form,
        "opts": opts,
        "media": form.media,
        "change_page": back,
    }
    return TemplateResponse(request, "admin/rallies/step.html", context)
