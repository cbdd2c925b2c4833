"""Leaving: no more surveys. Works for as long as the link exists, expired or not."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ..surveys.answering import recording
from .frame import Frame, render
from .refusals import page


@page("GET", "POST")
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since mail scanners open every link; POST opts out.

    RFC 8058: mail programs POST `List-Unsubscribe=One-Click` here and must not be redirected.
    """
    invitation = recording.find_invitation(token)
    shopper = invitation.shopper
    is_out = shopper is not None and shopper.opted_out_at is not None
    if request.method == "POST":
        recording.opt_out(token, now=timezone.now())
        is_out = True
    return render("opt_out", Frame.of(invitation), {"is_out": is_out})
