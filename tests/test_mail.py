import pytest
from django.core import mail

from config.env import MailServer
from rallies.mail import MailNotSent, send_link, sends_mail

LETTER = {"subject": "Invitation: River Group", "what": "You are invited.", "link": "http://testserver/account/join/x/"}


def test_mail_is_sent_only_where_there_is_a_server(settings):
    assert not sends_mail()
    settings.SMTP = MailServer(host="mail.example")
    assert sends_mail()


def test_a_letter_is_plain_and_short(settings):
    settings.DEFAULT_FROM_EMAIL = "desk@site.example"
    send_link("someone@example.org", **LETTER)
    [letter] = mail.outbox
    assert (letter.subject, letter.from_email, letter.to, letter.content_subtype) == (
        "Invitation: River Group",
        "desk@site.example",
        ["someone@example.org"],
        "plain",
    )
    assert letter.body == (
        "You are invited.\n\nhttp://testserver/account/join/x/\n\n"
        "Nobody else should have this link: do not pass this letter on.\n\n-- \nRallies\nhttp://testserver/\n"
    )


def test_what_could_not_be_sent_is_said_and_the_address_is_not_logged(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    # Nobody listens there.
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(MailNotSent) as caught:
        send_link("someone@example.org", **LETTER)
    assert caplog.messages == ["A letter was not sent: ConnectionRefusedError"]
    assert "someone" not in repr(caught.value) + repr(caught.value.__cause__) + caplog.text
