import assert from "node:assert/strict";
import { needs, succeeds } from "../base-image";
import { removeAll, start } from "../container";

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("localstack/localstack:4.14.0", () => {
    needs("localstack/localstack:4.14.0");

    it("delivers what is published on a topic to the queue that subscribes", async () => {
      const localstack = await start({ image: "localstack/localstack:4.14.0", env: { SERVICES: "sns,sqs" } });
      await localstack.until("curl", "-fsS", "http://localhost:4566/_localstack/health");
      const ask = (service: string, action: string, values: Record<string, string> = {}): Promise<string> =>
        succeeds(
          localstack,
          ...["curl", "-fsS", "http://localhost:4566/"],
          ...["-H", `Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`],
          ...Object.entries({ Action: action, ...values }).flatMap(([name, value]) => [
            "--data-urlencode",
            `${name}=${value}`,
          ]),
        );
      const between = (text: string, tag: string): string =>
        RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(text)?.[1] ?? "";

      const topic = between(await ask("sns", "CreateTopic", { Name: "promos" }), "TopicArn");
      const queue = between(await ask("sqs", "CreateQueue", { QueueName: "promos" }), "QueueUrl");
      const endpoint = "arn:aws:sqs:us-east-1:000000000000:promos";
      await ask("sns", "Subscribe", { TopicArn: topic, Protocol: "sqs", Endpoint: endpoint });
      await ask("sns", "Publish", { TopicArn: topic, Message: "half price" });
      const received = await ask("sqs", "ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: "5" });
      assert.match(received, /half price/);
    });
  });
});
