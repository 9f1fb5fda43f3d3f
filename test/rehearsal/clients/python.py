"""Google's clients for Python over REST, unaided, against the rehearsed cloud: python.py <endpoint> <token> <project>

Prints a line for each step, and ends with 1 where one failed.
"""

import sys
import traceback

from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import BadRequest, Conflict, NotFound
from google.cloud import artifactregistry_v1, redis_v1, run_v2, secretmanager_v1
from google.cloud import resourcemanager_v3, service_usage_v1
from google.oauth2.credentials import Credentials
from google.protobuf import field_mask_pb2
from googleapiclient import discovery
from googleapiclient.errors import HttpError

ENDPOINT, TOKEN, PROJECT = sys.argv[1:4]
PARENT = f"projects/{PROJECT}"
LOCATION = f"{PARENT}/locations/europe-west1"


def client(of, **more):
    options = ClientOptions(api_endpoint=ENDPOINT)
    return of(credentials=Credentials(TOKEN), client_options=options, transport="rest", **more)


def expect(error, call):
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} was expected")


def secrets():
    api = client(secretmanager_v1.SecretManagerServiceClient)
    secret = api.create_secret(
        parent=PARENT, secret_id="py", secret={"replication": {"automatic": {}}, "labels": {"a": "b"}}
    )
    expect(Conflict, lambda: api.create_secret(parent=PARENT, secret_id="py", secret=secret))
    version = api.add_secret_version(parent=secret.name, payload={"data": b"\xff\xfe~?value"})
    assert version.state == secretmanager_v1.SecretVersion.State.ENABLED, version
    assert api.access_secret_version(name=f"{secret.name}/versions/latest").payload.data == b"\xff\xfe~?value"
    assert [each.name for each in api.list_secrets(parent=PARENT)] == [secret.name]
    assert len(list(api.list_secret_versions(parent=secret.name))) == 1
    api.disable_secret_version(name=version.name)
    api.enable_secret_version(name=version.name)
    secret.labels["c"] = "d"
    changed = api.update_secret(secret=secret, update_mask=field_mask_pb2.FieldMask(paths=["labels"]))
    assert dict(changed.labels) == {"a": "b", "c": "d"}, changed
    policy = api.get_iam_policy(request={"resource": secret.name})
    policy.bindings.add(role="roles/secretmanager.secretAccessor", members=[f"user:a@example.com"])
    assert len(api.set_iam_policy(request={"resource": secret.name, "policy": policy}).bindings) == 1
    granted = api.test_iam_permissions(request={"resource": secret.name, "permissions": ["secretmanager.secrets.get"]})
    assert list(granted.permissions) == ["secretmanager.secrets.get"]
    api.destroy_secret_version(name=version.name)
    api.delete_secret(name=secret.name)
    expect(NotFound, lambda: api.get_secret(name=secret.name))


def registry():
    api = client(artifactregistry_v1.ArtifactRegistryClient)
    made = api.create_repository(
        parent=LOCATION, repository_id="py", repository={"format_": artifactregistry_v1.Repository.Format.PYTHON}
    ).result(timeout=60)
    assert made.format_ == artifactregistry_v1.Repository.Format.PYTHON, made
    made.description = "changed"
    changed = api.update_repository(repository=made, update_mask={"paths": ["description"]})
    assert changed.description == "changed"
    assert [each.name for each in api.list_repositories(parent=LOCATION)] == [made.name]
    api.delete_repository(name=made.name).result(timeout=60)


def accounts():
    api = discovery.build("iam", "v1", credentials=Credentials(TOKEN), client_options={"api_endpoint": ENDPOINT})
    made = api.projects().serviceAccounts()
    account = made.create(name=PARENT, body={"accountId": "py-account", "serviceAccount": {"displayName": "Py"}}).execute()
    got = made.get(name=account["name"], fields="email,displayName").execute()
    assert got == {"email": account["email"], "displayName": "Py"}, got
    try:
        made.get(name=account["name"], fields="nothing").execute()
        raise AssertionError("an unknown field was taken")
    except HttpError as error:
        assert error.status_code == 400, error
    made.delete(name=account["name"]).execute()


def served_document():
    url = ENDPOINT + "/{api}/$discovery/rest?version={apiVersion}"
    api = discovery.build(
        "run", "v2", credentials=Credentials(TOKEN), discoveryServiceUrl=url, static_discovery=False
    )
    assert api.projects().locations().services().list(parent=LOCATION).execute() == {}
    # Its address is too long for a GET, and goes as a POST that means one.
    long = api.projects().locations().services().list(parent=LOCATION, quotaUser="q" * 3000)
    assert long.execute() == {}


def services():
    api = client(service_usage_v1.ServiceUsageClient)
    name = f"{PARENT}/services/pubsub.googleapis.com"
    enabled = api.enable_service(request={"name": name}).result(timeout=60)
    assert enabled.service.state == service_usage_v1.State.ENABLED, enabled
    listed = [each.name.split("/")[-1] for each in api.list_services(request={"parent": PARENT, "filter": "state:ENABLED"})]
    assert "pubsub.googleapis.com" in listed
    api.disable_service(request={"name": name}).result(timeout=60)


def redis():
    api = client(redis_v1.CloudRedisClient)
    assert list(api.list_instances(parent=LOCATION)) == []
    expect(NotFound, lambda: api.get_instance(name=f"{LOCATION}/instances/none"))
    wrong = {"name": f"{LOCATION}/instances/UPPER", "tier": 1, "memory_size_gb": 1}
    expect(BadRequest, lambda: api.create_instance(parent=LOCATION, instance_id="UPPER", instance=wrong))


def run():
    api = client(run_v2.ServicesClient)
    assert list(api.list_services(parent=LOCATION)) == []
    expect(NotFound, lambda: api.get_service(name=f"{LOCATION}/services/none"))
    wrong = run_v2.Service(template={"containers": [{"image": "x"}]}, ingress=run_v2.IngressTraffic.INGRESS_TRAFFIC_ALL)
    checked = api.create_service(
        request={"parent": LOCATION, "service_id": "py", "service": wrong, "validate_only": True}
    )
    assert checked.operation.name
    assert list(client(run_v2.JobsClient).list_jobs(parent=LOCATION)) == []
    assert list(client(run_v2.WorkerPoolsClient).list_worker_pools(parent=LOCATION)) == []


def projects():
    api = client(resourcemanager_v3.ProjectsClient)
    policy = api.get_iam_policy(request={"resource": PARENT})
    api.set_iam_policy(request={"resource": PARENT, "policy": policy})
    assert api.get_project(name=PARENT).project_id == PROJECT


def sql():
    api = discovery.build("sqladmin", "v1beta4", credentials=Credentials(TOKEN), client_options={"api_endpoint": ENDPOINT})
    assert api.instances().list(project=PROJECT).execute().get("items", []) == []


STEPS = [secrets, registry, accounts, served_document, services, redis, run, projects, sql]


def main():
    failed = 0
    for step in STEPS:
        try:
            said = step() or ""
            print(f"ok {step.__name__} {said}")
        except Exception:
            failed += 1
            print(f"FAILED {step.__name__}\n{traceback.format_exc(limit=-3)}")
    return 1 if failed else 0


sys.exit(main())
