from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.routers import archive_is_on


def home(request: HttpRequest) -> HttpResponse:
    """What this system is, and whether the archive on MariaDB is on."""
    return render(request, "home.html", {"archive_is_on": archive_is_on()})
