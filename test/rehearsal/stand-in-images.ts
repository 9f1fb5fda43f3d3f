import Docker from "dockerode";
import { hasImage } from "../../docker/pull";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";

const SERVER = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"Hello from Cloud Run")
http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
`;

/** Images of examples, and what stands in for each. */
const PROGRAMS: Record<string, string> = {
  nginx: SERVER,
  "us-docker.pkg.dev/cloudrun/container/hello": SERVER,
  "us-docker.pkg.dev/cloudrun/container/worker-pool": SERVER,
  "us-docker.pkg.dev/cloudrun/container/job": 'print("Task 0 of the job has ended")',
};

/** Makes stand-ins of Google's images of examples, where base images are stand-ins too; elsewhere they are pulled. */
export const makeStandIns = async (docker = new Docker()): Promise<void> => {
  const prefix = process.env.FLEET_IMAGE_PREFIX ?? "";
  if (prefix === "") return;
  for (const [image, program] of Object.entries(PROGRAMS)) {
    const repo = `${prefix}${image}`;
    if (await hasImage(docker, `${repo}:latest`)) continue;
    const container = await docker.createContainer({ Image: `${prefix}${PYTHON_IMAGE}` });
    const changes = `ENTRYPOINT ${JSON.stringify(["python", "-c", program])}`;
    await container.commit({ repo, tag: "latest", changes });
    await container.remove();
  }
};
