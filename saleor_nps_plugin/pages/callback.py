"""What an unhappy customer writes about how and when to be called back."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from ..surveys.following_up import apologies
from .refusals import page


@page("POST")
def callback(request: HttpRequest, token: str) -> HttpResponse:
    """Record the wish, then show the thanks with it; sending it again changes nothing, an empty line takes it back."""
    if "callback" not in request.POST:
        raise BadRequest("There is no wish in it.")
    apologies.ask_callback(token, request.POST["callback"], now=timezone.now())
    # The page that thanks has the form; 303, so that reloading it sends nothing again.
    response = HttpResponseRedirect("../thanks/#callback")
    response.status_code = 303
    return response
