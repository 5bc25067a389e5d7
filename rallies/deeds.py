"""What somebody did, as the log of administrators says it. Apart from `enums.py`, since only the desk reads these words."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """What somebody did, for the log that administrators read: "<who> …". An operation with `by` is its name with
    hyphens; the others, which are no operations of their own, stand at the end."""

    CREATE_ACTION = "create-action", _("added an action")
    EDIT_ACTION = "edit-action", _("edited an action")
    TOUCH_ACTION = "touch-action", _("brought an action up to date")
    SAVE_PARTS = "save-parts", _("changed the groups, campaigns or sources of an action")
    DECIDE_PARTICIPATION = "decide-participation", _("answered for a group whether it stands at an action")
    DECIDE_LISTING = "decide-listing", _("answered for a campaign whether it shows an action")
    SUBMIT_ACTION = "submit-action", _("submitted an action")
    RETURN_ACTION = "return-action", _("returned an action to its authors")
    PUBLISH_ACTION = "publish-action", _("published an action")
    WITHDRAW_ACTION = "withdraw-action", _("withdrew an action")
    CANCEL_ACTION = "cancel-action", _("cancelled an action")
    UNDO_CANCELLATION = "undo-cancellation", _("put a cancelled action back on")
    POSTPONE_ACTION = "postpone-action", _("postponed an action")
    MOVE_ACTION_IN_TIME = "move-action-in-time", _("moved an action in time")
    MOVE_ACTION_IN_PLACE = "move-action-in-place", _("moved an action in place")
    MOVE_ACTION_ONLINE = "move-action-online", _("moved an action online")
    CONFIRM_ACTION = "confirm-action", _("confirmed an action")
    MARK_ACTION_TENTATIVE = "mark-action-tentative", _("marked an action as not yet certain")
    CANCEL_DATE = "cancel-date", _("cancelled one date")
    RESTORE_DATE = "restore-date", _("put one date back on")
    MOVE_DATE = "move-date", _("moved one date")
    MOVE_DATE_BACK = "move-date-back", _("moved one date back")
    CREATE_CAMPAIGN = "create-campaign", _("added a campaign")
    EDIT_CAMPAIGN = "edit-campaign", _("edited a campaign")
    SAVE_CAMPAIGN_PARTS = "save-campaign-parts", _("changed the names, groups, totals or sources of a campaign")
    ADD_MILESTONE = "add-milestone", _("added a milestone")
    EDIT_MILESTONE = "edit-milestone", _("edited a milestone")
    SAVE_MILESTONE_SOURCES = "save-milestone-sources", _("changed the sources of a milestone")
    CREATE_ORGANIZER = "create-organizer", _("added a group")
    EDIT_ORGANIZER = "edit-organizer", _("edited a group")
    CREATE_LOCATION = "create-location", _("added a location")
    EDIT_LOCATION = "edit-location", _("edited a location")
    DELETE_ROWS = "delete-rows", _("deleted")
    EDIT_REPORT = "edit-report", _("edited an error report")
    HANDLE_REPORT = "handle-report", _("marked an error report as handled")
    DELETE_REPORTS = "delete-reports", _("deleted an error report")
    EDIT_SITE_PAGE = "edit-site-page", _("changed a page of the site")
    RESTORE_SITE_PAGE = "restore-site-page", _("went back to the shipped text of a page")
    SAVE_ACCOUNT = "save-account", _("changed an account")
    EDIT_ACCOUNT = "edit-account", _("edited an account")
    INVITE_TO_GROUP = "invite-to-group", _("invited somebody into a group")
    INVITE_TO_CAMPAIGN = "invite-to-campaign", _("invited somebody to coordinate a campaign")
    REVOKE_INVITATION = "revoke-invitation", _("took an invitation back")
    ACCEPT_INVITATION = "accept-invitation", _("accepted an invitation")
    ADD_MEMBER = "add-member", _("put somebody into a group")
    CHANGE_ROLE = "change-role", _("changed somebody's role in a group")
    HAND_OVER_GROUP = "hand-over-group", _("handed a group over")
    REMOVE_MEMBER = "remove-member", _("took somebody out of a group")
    REMOVE_COORDINATOR = "remove-coordinator", _("took somebody off a campaign")
    MAKE_RECOVERY_LINK = "make-recovery-link", _("made a recovery link")
    REVOKE_RECOVERY_LINK = "revoke-recovery-link", _("took a recovery link back")

    CREATE_ADMINISTRATOR = "create-administrator", _("made the account of an administrator")
    JOINED = "joined", _("joined with a new account")
    RECOVERED = "recovered", _("chose another password with a recovery link")
    SIGNED_IN = "signed-in", _("signed in")
    SIGN_IN_REFUSED = "sign-in-refused", _("failed to sign in")
    SIGNED_OUT = "signed-out", _("signed out")
    SECOND_FACTOR_ADDED = "second-factor-added", _("added a second factor")
    SECOND_FACTOR_REMOVED = "second-factor-removed", _("removed a second factor")
    RECOVERY_CODES_MADE = "recovery-codes-made", _("made new recovery codes")
    RECOVERY_CODE_USED = "recovery-code-used", _("used a recovery code")
    SESSIONS_ENDED = "sessions-ended", _("signed out other devices")
    REFUSED = "refused", _("was refused")
    EXPORT_LOG = "export-log", _("exported this log")


def deeds() -> list[tuple[str, Any]]:
    return Deed.choices
