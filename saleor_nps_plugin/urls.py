"""Every address below the plugin's prefix: pages for staff, and pages for shoppers."""

from django.urls import include, path

urlpatterns = [
    path("dashboard", include("saleor_nps_plugin.dashboard.urls")),
    path("", include("saleor_nps_plugin.pages.urls")),
]
