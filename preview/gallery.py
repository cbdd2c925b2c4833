"""Every page and e-mail, in every language, as a phone or a desktop shows it, light or dark."""

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import get_language_info

from saleor_nps_plugin.emails import Mail
from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.links import read_shopper_token
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering.submission import LONGEST_COMMENT

from . import answer_mails, orders, reward_mails, reward_samples, sample_mails, samples, survey_samples, wave_samples
from .reward_samples import RewardSamples
from .samples import Samples
from .survey_samples import SurveySamples

Show = Callable[[str], HttpResponse]


def _page(address: Callable[[Samples], str]) -> Show:
    """Show a page as its real view answers a GET."""
    return lambda language: _call(RequestFactory().get(f"/s/{address(samples.of(language))}"), language)


def _rewards(address: Callable[[RewardSamples], str]) -> Show:
    """Show a page of "my rewards" as its real view answers a GET."""
    return lambda language: _call(RequestFactory().get(f"/r/{address(reward_samples.of(language))}"), language)


def _survey(address: Callable[[SurveySamples], str]) -> Show:
    """Show the page of a survey that asks more, or otherwise."""
    return lambda language: _call(RequestFactory().get(f"/s/{address(survey_samples.of(language))}"), language)


def _door(address: Callable[[str], str]) -> Show:
    """Show what somebody opens whom no e-mail of an order has asked."""
    return lambda language: _call(RequestFactory().get(address(language)), language)


def _sent_to_many(data: dict[str, str]) -> Show:
    """Show the page that answers a form of many questions which cannot be recorded."""
    return lambda language: _call(RequestFactory().post(f"/s/{survey_samples.of(language).many}/", data), language)


def _refused_redemption(language: str) -> HttpResponse:
    """Show what answers a form with more points than there are."""
    token = reward_samples.of(language).promoter
    account = ledger.accounts_of([Shopper.objects.get(key=read_shopper_token(token)).pk])[0]
    data = {"account": account.pk, "points": "90000", "key": "sample"}
    return _call(RequestFactory().post(f"/r/{token}/redeem/", data), language)


def _sent(token: Callable[[Samples], str], data: dict[str, str]) -> Show:
    """Show the page that answers a form which cannot be recorded."""
    return lambda language: _call(RequestFactory().post(f"/s/{token(samples.of(language))}/", data), language)


def _call(request: HttpRequest, language: str) -> HttpResponse:
    request.META["HTTP_ACCEPT_LANGUAGE"] = language
    match = resolve(request.path, urlconf="saleor_nps_plugin.pages.urls")
    response = match.func(request, *match.args, **match.kwargs)
    assert isinstance(response, HttpResponse)
    return response


def _html(mail: Callable[[str], Mail]) -> Show:
    return lambda language: HttpResponse(mail(language).payload["html"])


def _text(mail: Callable[[str], Mail]) -> Show:
    return lambda language: HttpResponse(mail(language).message.body, content_type="text/plain; charset=utf-8")


PAGES: dict[str, tuple[str, Show]] = {
    "survey": ("Survey, no score yet", _page(lambda tokens: f"{tokens.fresh}/")),
    "survey-promoter": ("Survey, 9 clicked in the e-mail", _page(lambda tokens: f"{tokens.fresh}/?score=9")),
    "survey-passive": ("Survey, 7 clicked", _page(lambda tokens: f"{tokens.fresh}/?score=7")),
    "survey-detractor": ("Survey, 2 clicked", _page(lambda tokens: f"{tokens.fresh}/?score=2")),
    "survey-logo": ("Survey of a shop with a logo", _page(lambda tokens: f"{tokens.with_logo}/?score=10")),
    "survey-missing": ("Sent without a score", _sent(lambda tokens: tokens.fresh, {"comment": "…"})),
    "survey-long": (
        "Sent with too long a text",
        _sent(lambda tokens: tokens.fresh, {"score": "3", "comment": "a b" * LONGEST_COMMENT}),
    ),
    "survey-change": ("Changing an answer", _page(lambda tokens: f"{tokens.answered}/")),
    "thanks": ("Thanks to a promoter", _page(lambda tokens: f"{tokens.answered}/thanks/")),
    "thanks-passive": ("Thanks after a 7", _page(lambda tokens: f"{tokens.content}/thanks/")),
    "thanks-detractor": ("Thanks after a 2, with an apology", _page(lambda tokens: f"{tokens.unhappy}/thanks/")),
    "thanks-callback": ("… who wants to be called", _page(lambda tokens: f"{tokens.called}/thanks/")),
    "too-late": ("Answered, too late to change", _page(lambda tokens: f"{tokens.too_late}/")),
    "expired": ("Expired link", _page(lambda tokens: f"{tokens.expired}/")),
    "unknown": ("Unknown link", _page(lambda tokens: "unknown/")),
    "off": ("Surveys switched off", _page(lambda tokens: f"{tokens.switched_off}/")),
    "opt-out": ("Opt-out asks", _page(lambda tokens: f"{tokens.fresh}/opt-out/")),
    "opted-out": ("Opted out", _page(lambda tokens: f"{tokens.opted_out}/opt-out/")),
}

SURVEYS: dict[str, tuple[str, Show]] = {
    "many": ("Every kind of question", _survey(lambda tokens: f"{tokens.many}/")),
    "many-promoter": ("… to a promoter", _survey(lambda tokens: f"{tokens.many}/?score=10")),
    "many-detractor": ("… to a detractor", _survey(lambda tokens: f"{tokens.many}/?score=3")),
    "many-missing": ("… sent without a required answer", _sent_to_many({"score": "7"})),
    "csat": ("Satisfaction, 1 to 5", _survey(lambda tokens: f"{tokens.csat}/?score=4")),
    "ces": ("Effort, 1 to 7", _survey(lambda tokens: f"{tokens.ces}/")),
}

# Where somebody gets whom no e-mail of an order has asked, below our pages.
DOOR_ADDRESSES: dict[str, tuple[str, Callable[[str], str]]] = {
    "link": ("Behind a printed link", lambda language: f"/d/{wave_samples.door('link')}/"),
    "parcel": ("From the parcel", lambda language: f"/o/{wave_samples.parcel(language, timezone.now())}/?score=3"),
    "kiosk": ("Tablet in the store", lambda language: f"/k/{wave_samples.door('kiosk')}/"),
    "kiosk-many": (
        "… that asks every kind of question",
        lambda language: f"/k/{wave_samples.tablet(survey_samples.many())}/",
    ),
    "ballot": ("Anonymous survey", lambda language: f"/b/{wave_samples.ballot(language)}/?score=6"),
    "ballot-thanks": ("… and its thanks", lambda language: f"/b/{wave_samples.ballot(language)}/thanks/"),
    "address-opt-out": ("Opt-out of an address asks", lambda language: f"/n/{wave_samples.address()}/"),
}
DOORS: dict[str, tuple[str, Show]] = {
    name: (label, _door(address)) for name, (label, address) in DOOR_ADDRESSES.items()
}

REWARDS: dict[str, tuple[str, Show]] = {
    "rewards": ("My rewards", _rewards(lambda tokens: f"{tokens.promoter}/")),
    "rewards-few": ("Too few points to redeem", _rewards(lambda tokens: f"{tokens.beginner}/")),
    "rewards-owing": ("Less than nothing", _rewards(lambda tokens: f"{tokens.owing}/")),
    "rewards-none": ("No points yet", _rewards(lambda tokens: f"{tokens.stranger}/")),
    "redeem-refused": ("Asked for too many points", _refused_redemption),
    "redeemed": ("Redeemed", _rewards(lambda tokens: f"{tokens.promoter}/redeemed/?entry={tokens.redemption}")),
    "rewards-opt-out": ("Opt-out of reward e-mails asks", _rewards(lambda tokens: f"{tokens.promoter}/opt-out/")),
    "rewards-opted-out": ("Opted out of reward e-mails", _rewards(lambda tokens: f"{tokens.opted_out}/opt-out/")),
}

MAILS: dict[str, tuple[str, Show]] = {
    "invitation": ("Invitation", _html(sample_mails.invitation)),
    "invitation-logo": ("Invitation of a shop with a logo", _html(sample_mails.invitation_with_logo)),
    "invitation-text": ("Invitation, text part", _text(sample_mails.invitation)),
    "invitation-rewards": ("Invitation of somebody who has points", _html(sample_mails.invitation_with_rewards)),
    "reminder": ("Reminder", _html(sample_mails.reminder)),
    "alert-callback": ("Detractor who wants to be called", _html(answer_mails.alert)),
    "alert-effort": ("Staff are told of somebody who did not find it easy", _html(answer_mails.alert_of_effort)),
    "apology": ("Apology", _html(answer_mails.apology)),
    "apology-text": ("Apology, text part", _text(answer_mails.apology)),
    "offer": ("Offer to a passive", _html(answer_mails.offer)),
    "recovery": ("Have we made it right?", _html(answer_mails.recovery)),
    "alert": ("Detractor alert for staff", _html(sample_mails.alert)),
    "alert-text": ("Detractor alert, text part", _text(sample_mails.alert)),
    "attack": ("Warning of an attack on the score", _html(sample_mails.attack)),
    "attack-text": ("Warning of an attack, text part", _text(sample_mails.attack)),
    "promoter-thanks": ("Thanks with code and cashback", _html(reward_mails.thanks)),
    "promoter-thanks-text": ("Thanks, text part", _text(reward_mails.thanks)),
    "cashback": ("Thanks with cashback only", _html(reward_mails.cashback)),
    "referral-reward": ("A friend ordered", _html(reward_mails.referral_reward)),
    "points-expiring": ("Points expire soon", _html(reward_mails.expiry_warning)),
    "reward-reversed": ("Points were taken back", _html(reward_mails.reversal)),
    "gift-card": ("Gift card", _html(reward_mails.gift_card)),
    "gift-card-text": ("Gift card, text part", _text(reward_mails.gift_card)),
}

ALL = PAGES | SURVEYS | DOORS | REWARDS | MAILS


def index(request: HttpRequest) -> HttpResponse:
    """List everything, with a frame to look at it."""
    languages = [(code, get_language_info(code)["name_local"]) for code in SUPPORTED]
    groups = [
        (title, [(name, label) for name, (label, _) in shows.items()])
        for title, shows in (
            ("Pages", PAGES),
            ("Longer surveys", SURVEYS),
            ("Doors", DOORS),
            ("My rewards", REWARDS),
            ("E-mails", MAILS),
        )
    ]
    return render(request, "preview/gallery.html", {"languages": languages, "groups": groups})


def sample(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """Show one sample. ?scheme=dark or light looks as if the reader's system were set so."""
    if language not in SUPPORTED or name not in ALL:
        raise Http404
    shown = ALL[name][1](language)
    scheme = request.GET.get("scheme", "")
    content = shown.content.decode()
    if scheme:
        content = _in_scheme(content, scheme)
    # Without the policy of the real page, which forbids frames and knows the hash of its style as it was.
    return HttpResponse(content, status=shown.status_code, content_type=shown["Content-Type"])


def door(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """Lead to the page itself, with its scripts and at its own address."""
    if language not in SUPPORTED or name not in DOOR_ADDRESSES:
        raise Http404
    return redirect(orders.PREFIX + DOOR_ADDRESSES[name][1](language))


def _in_scheme(html: str, scheme: str) -> str:
    html = re.sub(r"\(prefers-color-scheme: ?dark\)", "all" if scheme == "dark" else "not all", html)
    return html.replace("color-scheme:light dark", f"color-scheme:{scheme}").replace(
        'name="color-scheme" content="light dark"', f'name="color-scheme" content="{scheme}"'
    )


def logo(request: HttpRequest) -> HttpResponse:
    """A logo for the shop that has one."""
    return render(request, "preview/logo.svg", {}, content_type="image/svg+xml")
