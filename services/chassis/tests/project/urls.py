import logging
import os
import time

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

logger = logging.getLogger("specimen")


def hello(request: HttpRequest) -> HttpResponse:
    logger.info("saying hello", extra={"to": "you"})
    return JsonResponse({"hello": "world", "pid": os.getpid()})


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(1)
    return JsonResponse({"slow": True})


urlpatterns = [path("hello/", hello), path("slow/", slow), path("admin/", admin.site.urls)]
