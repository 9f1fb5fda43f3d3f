import { serve, type ServerType } from "@hono/node-server";
import { expect } from "chai";
import type { AddressInfo } from "node:net";
import type { Session } from "../../../ops/start/set-up";
import { emptyRedis, takeAway } from "../../../ops/review/take-away";
import type { State } from "../../../ops/stack/checkpoint";

const AT = "projects/p/locations/l";
const names = { job: `${AT}/jobs/pr-12-shop-queues`, web: `${AT}/services/pr-12-shop-web` };

const part = (kind: string, name: string, more: object) => ({
  ...{ id: `shop/${name}`, system: "shop", name, description: "", kind, image: "shop", joins: [] },
  ...{ container: `pr-12-shop-${name}`, needs: ["shop/redis"], ...more },
});
const plan = {
  ...{ format: 1, stack: "pr-12", target: "gcp", mountsSource: false, resting: [], secrets: [] },
  systems: [{ name: "shop", title: "Shop", runs: true }],
  datastores: [
    {
      ...{ id: "shop/redis", system: "shop", name: "redis", description: "", engine: "redis" },
      version: "7",
      runs: true,
      databases: [],
    },
  ],
  services: [part("job", "queues", { takesAway: ["ensure_messaging", "--remove"] }), part("web", "web", {})],
};
const made = (type: string, id: string) => ({ urn: id, type, id, outputs: { name: id.split("/").at(-1) } });
const state = {
  pending: [],
  resources: [
    { urn: "urn:pulumi:pr-12::fleet::fleet:plan:Record::plan-wanted", type: "fleet:plan:Record", inputs: { plan } },
    made("gcp:cloudrunv2/job:Job", names.job),
    made("gcp:cloudrunv2/service:Service", names.web),
  ],
} as unknown as State;

/** A Cloud Run that knows a service which never was ready, and nothing else. */
describe("what a review leaves outside of its stack", () => {
  const asked: string[] = [];
  let server: ServerType;
  let session: Session;
  before(async () => {
    server = await new Promise<ServerType>((resolve) => {
      const fetch = ({ method, url }: Request): Response => {
        const path = new URL(url).pathname.slice(1);
        asked.push(`${method} ${path}`);
        return path === names.web ? Response.json({ name: path, template: {} }) : new Response("gone", { status: 404 });
      };
      const listening: ServerType = serve({ fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(listening));
    });
    const { port } = server.address() as AddressInfo;
    const env = {
      GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/`,
      GOOGLE_OAUTH_ACCESS_TOKEN: "token",
    };
    // Asked for the config's own token, it prints nothing.
    session = { stack: { name: "pr-12" }, binary: "true", stackArgs: [], env } as unknown as Session;
  });
  after(() => server.close());
  // Another test of the same process is interrupted.
  const of = () => ({ session, state, report: () => undefined, isInterrupted: () => false });

  it("stops nothing where it cannot be taken away, and is told", async () => {
    const failed = await takeAway(of());
    expect(failed.join()).to.match(
      /^shop\/queues: ensure_messaging --remove failed, and what it takes away stays: GET .* answered 404/,
    );
  });

  it("is nothing in Redis where no service that uses it was ever ready", async () => {
    asked.length = 0;
    expect(await emptyRedis({ ...of(), slot: 1, reviews: 2 })).to.equal(undefined);
    expect(asked).to.deep.equal([`GET ${names.web}`]);
  });

  it("is looked for only where the stack has made it", async () => {
    const empty = { ...state, resources: state.resources.slice(0, 1) };
    expect(await takeAway({ ...of(), state: empty })).to.deep.equal([]);
  });
});
