import { expect } from "chai";
import { lookUp } from "../../../../infra/plan/ids";
import { one, type Asked } from "../../../inventory";
import { cloudPlan, everySystem, specified } from "../../example";
import { askedOfGoogle, JOB, ofType } from "../cloud";

const SCHEDULE = "gcp:cloudscheduler/job:Job";

describe("a scheduled job on Google Cloud", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("is a job of Cloud Run that no update runs, and Cloud Scheduler does at its times", () => {
    const job = one(prod, "booking-reservas-clear-sessions", JOB);
    expect(job.inputs["template"]).to.containSubset({
      taskCount: 1,
      template: { maxRetries: 0, timeout: "600s", containers: [{ args: lookUpCommand() }] },
    });
    expect(one(prod, "booking-reservas-clear-sessions-schedule", SCHEDULE).inputs).to.containSubset({
      name: "prod-booking-reservas-clear-sessions",
      region: "europe-west1",
      schedule: "15 3 * * *",
      timeZone: "Etc/UTC",
      httpTarget: {
        httpMethod: "POST",
        oauthToken: { serviceAccountEmail: "prod-clock@acme-shop.iam.gserviceaccount.com" },
      },
    });
  });

  it("is called by an account that may run it, and nothing else", () => {
    const grants = prod.filter(
      ({ inputs }) => inputs["member"] === "serviceAccount:prod-clock@acme-shop.iam.gserviceaccount.com",
    );
    expect(grants.map(({ type, inputs }) => `${type} ${inputs["role"]}`)).to.deep.equal(
      Array(2).fill("gcp:cloudrunv2/jobIamMember:JobIamMember roles/run.invoker"),
    );
  });

  it("is run by Cloud Run's own API", () => {
    const { uri } = one(prod, "booking-reservas-clear-sessions-schedule", SCHEDULE).inputs["httpTarget"];
    expect(uri).to.match(/^https:\/\/run\.googleapis\.com\/v2\/.*:run$/);
  });

  it("is not there in a review, nor is its clock", async () => {
    const review = { reviews: 2, reviewSlot: 1 };
    const asked = await askedOfGoogle({ settings: { ...everySystem, stack: "pr-12" }, cloud: review });
    expect(ofType(asked, SCHEDULE)).to.deep.equal([]);
    expect(asked.filter(({ name }) => /clear-sessions|clock/.test(name))).to.deep.equal([]);
  });
});

const lookUpCommand = (): string[] => {
  const { command = [] } = lookUp(cloudPlan(specified, everySystem).services, "booking/reservas-clear-sessions");
  return [...command];
};
