from django.urls import path

from leads import apis

urlpatterns = [
    path("leads/", apis.LeadListCreateApi.as_view(), name="leads"),
    path("leads/import/", apis.LeadImportApi.as_view(), name="leads-import"),
    path("leads/<int:lead_id>/", apis.LeadDetailApi.as_view(), name="lead"),
    path("leads/<int:lead_id>/transition/", apis.LeadTransitionApi.as_view(), name="transition"),
    path("sources/", apis.SourceListApi.as_view(), name="sources"),
    path("stats/", apis.StatisticsApi.as_view(), name="stats"),
]
