"""The page "Responses": a desk at which staff read answers and take care of those who are unhappy."""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...shop.staff import ANSWERS, Staff
from ..export import csv_response
from ..frame import last_of, page, part, show
from . import actions as case_actions
from .export import table_of
from .facts import case_of, read_response
from .filters import read_wanted
from .listing import form_of, list_of, page_of_rows, views_of


@page(ANSWERS)
def responses(request: HttpRequest, staff: Staff, response_id: str = "") -> HttpResponse:
    """The list, and beside it the case that the address names."""
    now, wanted = timezone.now(), read_wanted(request, staff)
    response = read_response(int(response_id), staff) if response_id else None
    context = {
        "views": views_of(wanted, staff),
        "form": form_of(wanted, staff),
        "has_case": response is not None,
        **list_of(wanted, staff, now=now, current_id=response.pk if response else None),
        **(case_of(response, staff, now=now) if response else {}),
    }
    title = gettext("Response {number}").format(number=response.pk) if response else gettext("Responses")
    return show(request, "responses.html", context, title=title, section="responses")


@part(ANSWERS)
def rows(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The list for other filters; what is open beside it stays."""
    wanted = read_wanted(request, staff)
    answer = show(request, "responses_list.html", list_of(wanted, staff, now=timezone.now()))
    answer["HX-Push-Url"] = f"{wanted.base}responses/{wanted.query}"
    return answer


@part(ANSWERS)
def more(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The rows after the one that "after" names."""
    wanted, after = read_wanted(request, staff), last_of(request, "after")
    last = read_response(int(after) if after.isdecimal() and len(after) < 19 else 0, staff)
    return show(request, "responses_rows.html", page_of_rows(wanted, staff, now=timezone.now(), after=last))


@part(ANSWERS)
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The whole list for the same filters, as CSV."""
    return csv_response("responses.csv", table_of(read_wanted(request, staff)))


@part(ANSWERS)
def case(request: HttpRequest, staff: Staff, response_id: str) -> HttpResponse:
    """A case, to be put beside the list."""
    response = read_response(int(response_id), staff)
    context = {"query": read_wanted(request, staff).query, **case_of(response, staff, now=timezone.now())}
    return show(request, "case.html", context)


urlpatterns = [
    re_path(r"^/responses/?$", responses),
    re_path(r"^/responses/list/$", rows),
    re_path(r"^/responses/more/$", more),
    re_path(r"^/responses/export\.csv$", export),
    re_path(r"^/responses/(?P<response_id>[0-9]{1,18})/?$", responses),
    re_path(r"^/responses/(?P<response_id>[0-9]{1,18})/case/$", case),
    *case_actions.urlpatterns,
]
