"""Addresses of the preview; the plugin's pages are where Saleor has them."""

from django.urls import include, path

from . import door_samples, gallery, journey, orders, parent, rewarding

urlpatterns = [
    path("", gallery.index),
    path("logo.svg", gallery.logo),
    path("sample/<str:language>/<str:name>/", gallery.sample),
    path("door/<str:language>/<str:name>/", gallery.door),
    path("journey/", journey.index),
    path("journey/order/", journey.fulfil_order),
    path("journey/later/", journey.days_pass),
    path("journey/friend/", rewarding.friend_orders),
    path("journey/month/", rewarding.month_passes),
    path("journey/refund/", rewarding.refund),
    path("journey/state/", journey.state),
    path("journey/mail/<int:number>/", journey.mail),
    path("storefront/", door_samples.storefront),
    path("parent/", parent.parent),
    path("parent/expire/", parent.end_passes),
    path("parent/switch/", parent.switch),
    path(orders.PREFIX.lstrip("/") + "/", include("saleor_nps_plugin.urls")),
]
