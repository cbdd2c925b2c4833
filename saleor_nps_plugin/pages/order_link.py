"""The survey about one order, at the address that is printed into its parcel."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext

from .. import languages
from ..errors import Invalid, Required
from ..links import order_path, read_order_token, survey_path
from ..shop import get_shop
from ..surveys.answering import order_links, recording
from . import qr
from .form import Form, score_or_none
from .opening import stamped, trace_of
from .products import products_of
from .refusals import page
from .survey import questions_of, see_other, show_form


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and makes nothing, since whoever packs parcels tries the code; POST records.

    Once the order's e-mail is out, or answered, there is one page for both.
    """
    now = timezone.now()
    visit = order_links.open_link(token, now=now)
    invitation, scale = visit.invitation, visit.invitation.survey.scale
    if request.method != "POST":
        if visit.is_mailed or recording.response_to(invitation) is not None:
            return HttpResponseRedirect(f"../..{survey_path(visit.token)}")
        products = products_of(invitation, questions_of(invitation))
        form = Form(score=score_or_none(request.GET.get("score"), scale), scale=scale)
        shown = show_form(invitation, None, form, products=products, door_key="", has_address=bool(visit.order.email))
        return stamped(shown, now=now).response()
    form = Form.sent(request.POST, scale)
    questions = questions_of(invitation, form.version)
    products = products_of(invitation, questions)
    language = languages.spoken(invitation.language_code)
    with translation.override(language):
        errors = form.errors(questions, language, products)
    if not errors:
        try:
            trace = trace_of(request, request.POST, now=now)
            own, _ = order_links.record(token, form.submission(questions, products), now=now, trace=trace)
            return see_other(f"../..{survey_path(own)}thanks/")
        except (Invalid, Required):
            with translation.override(language):
                errors = {"form": gettext("Please check your answers and send them again.")}
    has_address = bool(visit.order.email)
    shown = show_form(invitation, None, form, errors, products=products, door_key="", has_address=has_address)
    return stamped(shown, now=now).response(status=422)


@page("GET")
def qr_svg(request: HttpRequest, token: str) -> HttpResponse:
    """The printed address as a QR code."""
    return _picture(token, "svg")


@page("GET")
def qr_png(request: HttpRequest, token: str) -> HttpResponse:
    """The same as pixels."""
    return _picture(token, "png")


def _picture(token: str, kind: str) -> HttpResponse:
    read_order_token(token)
    return qr.picture(get_shop().public_url(order_path(token)), kind)
