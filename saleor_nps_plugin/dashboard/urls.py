"""Addresses of the pages for staff, below …/dashboard. Every page has one with and one without a slash at the end: the
Dashboard joins addresses both ways."""

from django.urls import path, re_path

from . import assets, login, session
from .doors import page as doors
from .overview import page as overview
from .responses import page as responses
from .rewards import page as rewards
from .settings import page as settings
from .surveys import page as surveys
from .waves import page as waves
from .widgets import customer as on_customer
from .widgets import home as on_home
from .widgets import order as on_order
from .widgets import product as on_product

urlpatterns = [
    re_path(r"^/?$", overview.overview),
    path("/session/", session.session),
    path("/login/", login.login),
    path("/logout/", session.logout),
    path("/assets/<str:digest>/<str:name>", assets.asset),
    *overview.urlpatterns,
    *responses.urlpatterns,
    *rewards.urlpatterns,
    *surveys.urlpatterns,
    *doors.urlpatterns,
    *waves.urlpatterns,
    *settings.urlpatterns,
    *on_order.urlpatterns,
    *on_customer.urlpatterns,
    *on_product.urlpatterns,
    *on_home.urlpatterns,
]
