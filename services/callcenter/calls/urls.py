from django.urls import path

from calls import apis

urlpatterns = [
    path("calls/", apis.CallListApi.as_view(), name="call-list"),
    path("calls/<int:call_id>/", apis.CallDetailApi.as_view(), name="call-detail"),
    path("calls/<int:call_id>/assign/", apis.CallAssignApi.as_view(), name="call-assign"),
    path("calls/<int:call_id>/finish/", apis.CallFinishApi.as_view(), name="call-finish"),
    path("calls/<int:call_id>/abandon/", apis.CallAbandonApi.as_view(), name="call-abandon"),
]
