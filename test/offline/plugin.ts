import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { versionOf, type Plugin } from "../../ops/start/tools";

/** The SDK's own client of plugins; it has no types that the compiler can read without its packages. */
const load = createRequire(require.resolve("@pulumi/pulumi"));

/** What a plugin says of a resource's change. */
export type Difference = { replaces: string[]; stable: string[]; changes: string[]; deletesFirst: boolean };

/** A plugin that runs, official or stand-in, and answers as it would answer Pulumi's engine. */
export class RunningPlugin {
  #process: ChildProcess | undefined;
  #client: any;

  /** @param home the PULUMI_HOME that it is installed in; undefined means the person's own */
  async start({ name, home }: { name: Plugin; home: string | undefined }): Promise<void> {
    const folder = path.join(home ?? process.env["PULUMI_HOME"] ?? path.join(os.homedir(), ".pulumi"), "plugins");
    const binary = path.join(folder, `resource-${name}-v${versionOf(name)}`, `pulumi-resource-${name}`);
    this.#process = spawn(binary, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
    const [port] = await once(createInterface(this.#process.stdout!), "line");
    const { credentials } = load("@grpc/grpc-js");
    const { ResourceProviderClient } = load("@pulumi/pulumi/proto/provider_grpc_pb");
    this.#client = new ResourceProviderClient(`127.0.0.1:${String(port)}`, credentials.createInsecure());
  }

  /** Gives it its settings; Google's plugin asks for nothing over the network with an access token. */
  async configure(settings: Record<string, string>): Promise<void> {
    const { ConfigureRequest } = load("@pulumi/pulumi/proto/provider_pb");
    const request = new ConfigureRequest();
    request.setArgs(struct(settings));
    await this.#ask("configure", request);
  }

  stop(): void {
    this.#client?.close();
    this.#process?.kill();
  }

  /** What it says of a change from one set of inputs to another. */
  async diff({ type, from, to }: { type: string; from: object; to: object }): Promise<Difference> {
    const { DiffRequest } = load("@pulumi/pulumi/proto/provider_pb");
    const request = new DiffRequest();
    request.setId("id");
    request.setType(type);
    request.setUrn(`urn:pulumi:dev::fleet::${type}::web`);
    request.setOldInputs(struct(from));
    request.setOlds(struct({ ...from, id: "id" }));
    request.setNews(struct(to));
    const answer = await this.#ask("diff", request);
    return {
      replaces: answer.getReplacesList(),
      stable: answer.getStablesList(),
      changes: answer.getDiffsList(),
      deletesFirst: answer.getDeletebeforereplace(),
    };
  }

  /** What it refuses in a resource's inputs. */
  async check({ type, inputs }: { type: string; inputs: object }): Promise<string[]> {
    const { CheckRequest } = load("@pulumi/pulumi/proto/provider_pb");
    const request = new CheckRequest();
    request.setType(type);
    request.setUrn(`urn:pulumi:dev::fleet::${type}::web`);
    request.setOlds(struct({}));
    request.setNews(struct(inputs));
    const failures: { getReason: () => string }[] = (await this.#ask("check", request)).getFailuresList();
    return failures.map((failure) => failure.getReason());
  }

  #ask(method: string, request: unknown): Promise<any> {
    return new Promise((resolve, reject) => {
      this.#client[method](request, (error: Error | null, answer: unknown) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }
}

const struct = (value: object): unknown =>
  load("google-protobuf/google/protobuf/struct_pb.js").Struct.fromJavaScript(value);
