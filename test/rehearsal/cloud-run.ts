import { expect } from "chai";
import Docker from "dockerode";
import { followed } from "../../docker/progress";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";
import { registryLogin } from "../../rehearsal/access";
import { PROJECT, TestCloud } from "./cloud";

export const LOCATION = `projects/${PROJECT}/locations/europe-west1`;
export const RUN = `run/v2/${LOCATION}`;
export const SERVICES = `${RUN}/services`;
export const ACCOUNT = `web-service@${PROJECT}.iam.gserviceaccount.com`;

/** Answers with what it is; `/slow` takes a second, and SIGTERM ends it after what is under way. */
const SERVER = `
import http.server, os, signal, sys, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow": time.sleep(1)
        self.send_response(404 if self.path == "/missing" else 200); self.end_headers()
        names = ["WORD", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "PORT", "KEY", "GCE_METADATA_HOST"]
        self.wfile.write("\\n".join([*[f"{n}={os.environ.get(n)}" for n in names], *[f"{k.lower()}: {v}" for k, v in self.headers.items()]]).encode())
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("", 8080), Handler)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(); server.server_close()
`;

/** A rehearsed cloud with an account and an image, for the tests of one file, and what they ask of Cloud Run there. */
export const rehearsedRun = (port: number) => {
  const cloud = new TestCloud(port);
  const docker = new Docker();
  const image = `localhost:${cloud.port}/${PROJECT}/apps/python:1`;

  const container = (changes: object = {}): object => ({
    image,
    command: ["python", "-c", SERVER],
    env: [{ name: "WORD", value: "one" }],
    startupProbe: { httpGet: { path: "/" }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 5 },
    ...changes,
  });
  const service = (changes: object = {}): object => ({
    template: { serviceAccount: ACCOUNT, containers: [container(changes)] },
  });
  const deployed = async (what: string, body?: object): Promise<any> => {
    const operation = await cloud.done("run/v2", await cloud.must(what, body));
    if (operation.error) throw new Error(operation.error.message);
    return operation;
  };
  const refused = async (what: string, body: object): Promise<any> =>
    deployed(what, body).then(
      () => expect.fail("it was deployed"),
      (error: Error) => error.message,
    );
  const portOf = async (id: string): Promise<number> =>
    Number(new URL((await cloud.must(`GET ${SERVICES}/${id}`)).uri).port);
  const ask = async (id: string, path = "/", headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${await portOf(id)}${path}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const makePublic = (id: string): Promise<any> =>
    cloud.must(`POST ${SERVICES}/${id}:setIamPolicy`, {
      policy: { bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] },
    });
  const instances = async (): Promise<string[]> => {
    const found = await docker.listContainers({ all: true, filters: { name: [`rehearsal-test-${cloud.port}-run-`] } });
    return found.map(({ Names }) => (Names[0] ?? "").replace(/^.*-run-/, "")).sort();
  };

  before(async () => {
    await cloud.open();
    cloud.enable("run", "artifactregistry", "secretmanager", "iam");
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "web-service" });
    const repository = `artifactregistry/v1/${LOCATION}/repositories?repositoryId=apps`;
    await cloud.done("artifactregistry/v1", await cloud.must(`POST ${repository}`, { format: "DOCKER" }));
    await docker
      .getImage(`${process.env.FLEET_IMAGE_PREFIX ?? ""}${PYTHON_IMAGE}`)
      .tag({ repo: image.replace(/:1$/, ""), tag: "1" });
    const stream = await docker.getImage(image).push({ authconfig: registryLogin(cloud.token) });
    await followed(docker, stream);
  });
  after(() => cloud.remove());

  return { cloud, docker, image, container, service, deployed, refused, ask, makePublic, instances };
};
