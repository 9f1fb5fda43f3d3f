"""Every method that the rehearsed cloud answers, asked by Google's client for Python: every_method.py <endpoint> <token> <project>

The client is built from the documents that the cloud itself serves. $METHODS is a JSON list of the methods that exist,
{"api", "version", "id"}. Each is asked about something that is there where it can be there without a container engine, and
about something that is not otherwise: the client has to read an answer, and a refusal in the shape of Google's errors.
Prints how many were answered and how many refused, and ends with 1 where the client could not read one, or the server failed.
"""

import json
import os
import re
import sys
import urllib.request
from collections import Counter

from google.oauth2.credentials import Credentials
from googleapiclient import discovery
from googleapiclient.errors import HttpError

ENDPOINT, TOKEN, PROJECT = sys.argv[1:4]
ACCOUNT = f"every@{PROJECT}.iam.gserviceaccount.com"
PLACES = {
    "projects": PROJECT,
    "locations": "europe-west1",
    "serviceAccounts": ACCOUNT,
    "versions": "1",
    "services": "pubsub.googleapis.com",
    "roles": "every",
}
"""What stands behind a collection in a name; "every" is the name of all that is made for this."""
BODIES = {
    "secretmanager.projects.secrets.create": {"replication": {"automatic": {}}},
    "secretmanager.projects.secrets.addVersion": {"payload": {"data": "YQ=="}},
    "secretmanager.projects.secrets.patch": {"labels": {"a": "b"}},
    "iam.projects.serviceAccounts.create": {"accountId": "every"},
    "iam.projects.roles.create": {"roleId": "every", "role": {"includedPermissions": ["run.jobs.get"]}},
    "artifactregistry.projects.locations.repositories.create": {"format": "DOCKER"},
    "monitoring.projects.notificationChannels.create": {"type": "email", "labels": {"email_address": "a@example.com"}},
    "cloudscheduler.projects.locations.jobs.create": {
        "name": f"projects/{PROJECT}/locations/europe-west1/jobs/every",
        "schedule": "0 0 1 1 *",
        "httpTarget": {"uri": f"https://serviceusage.googleapis.com/v1/projects/{PROJECT}/services", "httpMethod": "GET"},
    },
    "logging.entries.write": {
        "logName": f"projects/{PROJECT}/logs/every",
        "resource": {"type": "global", "labels": {"project_id": PROJECT}},
        "entries": [{"textPayload": "a"}],
    },
    "logging.entries.list": {
        "resourceNames": [f"projects/{PROJECT}"],
        "filter": f'logName="projects/{PROJECT}/logs/every"',
    },
    "run.projects.locations.jobs.create": {"template": {"template": {"containers": [{"image": "every"}]}}},
}
"""What a method that needs a body is sent; everything else gets an empty one."""
ORDER = ["create", "insert", "add", "write", "enable", "patch", "update", "set"]


QUERY = {
    "updateMask": "labels",
    "interval.endTime": "2026-11-29T00:00:00Z",
    "filter": 'metric.type="run.googleapis.com/request_count"',
}
"""What a parameter that is required in a query is, where "every" would be none."""


def rank(method):
    """What makes comes first, what takes away last."""
    verb = method["id"].split(".")[-1]
    if re.match("delete|remove|destroy|undelete|disable", verb):
        return len(ORDER) + 1
    return next((at for at, begin in enumerate(ORDER) if verb.startswith(begin)), len(ORDER))


def document(api, version):
    with urllib.request.urlopen(f"{ENDPOINT}/{api}/$discovery/rest?version={version}") as answer:
        return json.load(answer)


def described(resources):
    """The methods of a document by id, each with the names of the resources that lead to it."""
    found = {}
    for name, resource in resources.items():
        for verb, method in resource.get("methods", {}).items():
            found[method["id"]] = ([name], verb, method)
        for key, (path, verb, method) in described(resource.get("resources", {})).items():
            found[key] = ([name, *path], verb, method)
    return found


def path_value(name, pattern):
    """A name that fits a pattern such as ^projects/[^/]+/secrets/[^/]+$, or the value of a plain parameter."""
    if not pattern:
        return PROJECT if name == "project" else "every"
    parts = pattern.strip("^$").replace("[^/]+", "*").replace(".*", "*").split("/")
    if parts[0] == "*":
        parts[0] = "projects"
    return "/".join(PLACES.get(parts[at - 1], "every") if part == "*" else part for at, part in enumerate(parts))


def arguments(method):
    values = {}
    for name, of in method.get("parameters", {}).items():
        if of.get("location") == "path":
            values[name] = path_value(name, of.get("pattern", ""))
        elif name.endswith("Id") and of.get("type") == "string":
            values[name] = "every"
        elif of.get("required"):
            usual = of["enum"][0] if "enum" in of else "every"
            values[name] = PROJECT if name == "project" else QUERY.get(name, usual)
    if "request" in method:
        usual = {"policy": {}} if method["id"].endswith(".setIamPolicy") else {}
        values["body"] = BODIES.get(method["id"], usual)
    # Python has no names with dots.
    return {name.replace(".", "_"): value for name, value in values.items()}


def ask(client, path, verb, method):
    """The status of the answer; a client that cannot read it raises."""
    for name in path:
        client = getattr(client, name)()
    call = getattr(client, f"{verb}_" if verb in ("import", "global") else verb)
    try:
        call(**arguments(method)).execute()
        return 200
    except HttpError as error:
        refusal = json.loads(error.content)["error"]
        if refusal["code"] != error.status_code or not refusal["message"]:
            raise AssertionError(f"not the shape of Google's errors: {error.content}") from error
        return error.status_code


def main():
    methods = sorted(json.loads(os.environ["METHODS"]), key=rank)
    clients, statuses, failed = {}, Counter(), []
    for of in methods:
        place = (of["api"], of["version"])
        if place not in clients:
            url = ENDPOINT + "/{api}/$discovery/rest?version={apiVersion}"
            client = discovery.build(
                *place, credentials=Credentials(TOKEN), discoveryServiceUrl=url, static_discovery=False
            )
            clients[place] = (client, described(document(*place)["resources"]))
        client, known = clients[place]
        try:
            status = ask(client, *known[of["id"]])
        except Exception as error:
            failed.append(f"FAILED {of['id']}: {type(error).__name__} {error}")
            continue
        statuses[status] += 1
        if status >= 500:
            failed.append(f"FAILED {of['id']}: {status}")
    print(f"{len(methods)} methods: " + ", ".join(f"{status} {count} times" for status, count in sorted(statuses.items())))
    print("\n".join(failed))
    return 1 if failed else 0


sys.exit(main())
