"""Addresses of the pages, below whatever prefix they are mounted at. Links between pages are relative for that reason."""

from django.urls import path, re_path

from . import opting_out, refusals, rewards, survey, trial

urlpatterns = [
    path("s/<str:token>", survey.with_slash),
    path("s/<str:token>/", survey.survey),
    path("s/<str:token>/thanks/", survey.thanks),
    path("s/<str:token>/seen/", survey.seen),
    path("s/<str:token>/opt-out", survey.with_slash),
    path("s/<str:token>/opt-out/", opting_out.opt_out),
    path("r/<str:token>", survey.with_slash),
    path("r/<str:token>/", rewards.rewards),
    path("r/<str:token>/redeem/", rewards.redeem),
    path("r/<str:token>/redeemed/", rewards.redeemed),
    path("r/<str:token>/opt-out", survey.with_slash),
    path("r/<str:token>/opt-out/", rewards.opt_out),
    path("r/<str:token>/opt-in/", rewards.opt_in),
    path("t/<str:token>", survey.with_slash),
    path("t/<str:token>/", trial.survey),
    path("t/<str:token>/seen/", trial.seen),
    path("t/<str:token>/opt-out/", trial.opt_out),
    re_path(r"", refusals.unknown_address),
]
