from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.health import PATH


@extend_schema(responses=OpenApiTypes.OBJECT)
@api_view()
def index(request: HttpRequest) -> Response:
    """What there is, for whoever finds only the root."""
    return Response(
        {
            "name": "Meet Middleware",
            "version": 1,
            "endpoints": {
                "health": request.build_absolute_uri(PATH),
                "meetings": reverse("meeting-list", request=request),
                "upcoming": reverse("meeting-upcoming", request=request),
            },
        }
    )
