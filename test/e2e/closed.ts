import { expect } from "chai";
import type Docker from "dockerode";
import { once } from "node:events";
import { connect } from "node:net";
import type { Service } from "../../ops/stack/health";
import { Attacker, letIn } from "../guard/attacker";
import type { Project } from "./project";
import { databaseRoutes } from "./routes";

type Running = { project: Project; docker: Docker; services: () => Service[] };

/** The tests of a whole stack with the port offset 23000 that nobody but its own clients gets in. */
export const closedTo = ({ project, docker, services }: Running): void => {
  it("is closed to every web page: nothing can be read or done by one at any port", async () => {
    const attacker = await Attacker.open();
    try {
      const tried = databaseRoutes(services()).map(async ({ url }) => {
        const outcome = await attacker.attack({ port: Number(url.port), paths: [url.pathname] });
        expect(outcome.answered, url.href).to.not.deep.equal([]);
        expect([...outcome.read, ...letIn(outcome, { reading: false })], url.href).to.deep.equal([]);
      });
      await Promise.all(tried);
      const queue = await attacker.attack({ port: 27566, paths: ["/?Action=CreateQueue&QueueName=x"], body: QUEUE });
      expect(queue.answered).to.not.deep.equal([]);
      expect([...queue.read, ...letIn(queue, { reading: true })]).to.deep.equal([]);
      for (const port of [28432, 28436, 29379]) {
        const lines = await attacker.attack({ port, paths: ["/"], body: "\r\nFLUSHALL\r\nSET got in\r\n" });
        expect([...lines.read, ...letIn(lines, { reading: true })]).to.deep.equal([]);
      }
    } finally {
      await attacker.close();
    }
    const keys = await project.exec("marketplace_services_redis", "redis-cli", "--raw", "exists", "got");
    expect(keys.output.trim()).to.equal("0");
  });

  it("asks others on this machine for passwords, and shows none in a list of processes", async () => {
    expect(await said({ port: 29379, what: "PING\r\n" })).to.match(/^-NOAUTH/);
    const { Processes } = await docker.getContainer("marketplace_services_redis").top({ ps_args: "axo pid,args" });
    const { Config } = await project.container("marketplace_services_redis");
    const password = Config.Env.find((line) => line.startsWith("REDISCLI_AUTH="))?.split("=")[1] ?? "";
    expect(password).to.match(/^\w{32}$/);
    expect(JSON.stringify([Processes, Config.Cmd, Config.Healthcheck])).to.not.include(password);
    const unsigned = await fetch("http://127.0.0.1:27566/?Action=ListQueues");
    expect(unsigned.status).to.equal(403);
  });
};

const QUEUE = "Action=CreateQueue&QueueName=x";

/** The first answer at a port on loopback. */
const said = async ({ port, what }: { port: number; what: string }): Promise<string> => {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(what);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return answer.toString("utf8");
};
