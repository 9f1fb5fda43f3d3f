"""HTTP in and out; rules live in operations, queries in selectors."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.api import checked_query
from meetings import operations, selectors
from meetings.models import Meeting
from meetings.serializers import MeetingInput, MeetingOutput, MeetingQuery, UpcomingQuery


class MeetingViewSet(viewsets.GenericViewSet[Meeting]):
    """Nothing is deleted: a meeting that is not wanted any more is cancelled."""

    queryset = Meeting.objects.all()
    serializer_class = MeetingOutput
    lookup_value_converter = "int"

    @extend_schema(parameters=[MeetingQuery], responses=MeetingOutput(many=True))
    def list(self, request: Request) -> Response:
        filters = selectors.MeetingFilters(**checked_query(MeetingQuery, request))
        return self._paged(selectors.meeting_list(filters=filters))

    @extend_schema(parameters=[UpcomingQuery], responses=MeetingOutput(many=True))
    @action(detail=False)
    def upcoming(self, request: Request) -> Response:
        return self._paged(selectors.meeting_upcoming(**checked_query(UpcomingQuery, request)))

    @extend_schema(request=MeetingInput, responses={201: MeetingOutput})
    def create(self, request: Request) -> Response:
        sent = MeetingInput(data=request.data)
        sent.is_valid(raise_exception=True)
        meeting = operations.meeting_create(**sent.validated_data)
        return _shown(meeting.pk, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: int) -> Response:
        return _shown(pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        return _shown(operations.meeting_cancel(meeting_id=pk).pk)

    def _paged(self, meetings: QuerySet[Meeting]) -> Response:
        page = self.paginate_queryset(meetings)
        return self.get_paginated_response(MeetingOutput(page, many=True).data)


def _shown(meeting_id: int, *, status: int = status.HTTP_200_OK) -> Response:
    return Response(MeetingOutput(selectors.meeting_get(meeting_id=meeting_id)).data, status=status)
