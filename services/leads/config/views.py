from django.http import HttpRequest, JsonResponse
from django.urls import reverse


def home(request: HttpRequest) -> JsonResponse:
    """Where to go on from here."""
    places = {"leads": reverse("leads"), "stats": reverse("stats"), "schema": reverse("schema")}
    return JsonResponse({"service": "leads", "admin": reverse("admin:index"), **places})
