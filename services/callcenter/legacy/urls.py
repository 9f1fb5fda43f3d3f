from django.urls import path

from legacy.apis import ArchiveListApi, CallArchiveApi

urlpatterns = [
    path("archive/", ArchiveListApi.as_view(), name="archive-list"),
    path("calls/<int:call_id>/archive/", CallArchiveApi.as_view(), name="call-archive"),
]
