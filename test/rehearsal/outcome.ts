import { expect } from "chai";
import Docker from "dockerode";
import { projectResource } from "../../rehearsal/grants";
import type { TestCloud } from "./cloud";

/** The kinds of what the cloud keeps for itself, whoever made what. */
const KEPT = [
  "grants.used",
  "iam.serviceAccounts",
  "monitoring.made",
  "operations",
  "run.ports",
  "serviceusage.enabled",
];

/** That no request was wrong, not answered or refused, and that no answer was wrong. */
export const expectClean = ({ rehearsal }: TestCloud): void => {
  const { violations, unanswered, broken, denied, ownViolations } = rehearsal.report.summary();
  const none = { violations: [], unanswered: [], broken: [], denied: [], ownViolations: [] };
  expect({ violations, unanswered, broken, denied, ownViolations }).to.deep.equal(none);
};

/** That nothing is left of what was made: neither in the cloud nor in Docker, where the image registry stays. */
export const expectNothingLeft = async (cloud: TestCloud): Promise<void> => {
  const { store, grants, operations, project } = cloud.rehearsal.cloud;
  await operations.settled();
  const kinds = store.kinds().filter((kind) => !KEPT.includes(kind));
  const names = kinds.flatMap((kind) => store.entries(kind).map(([name]) => `${kind} ${name}`));
  // The project has a policy once somebody has set one.
  const left = names.filter((name) => name !== `policies ${projectResource(project.id)}`);
  const accounts = store.list<{ email: string; deleted?: boolean }>("iam.serviceAccounts");
  const living = accounts.flatMap(({ email, deleted }) => (deleted ? [] : [email]));
  const prefix = `rehearsal-test-${cloud.port}-`;
  const containers = await new Docker().listContainers({ all: true, filters: { name: [`^/${prefix}`] } });
  const run = containers.flatMap(({ Names }) => Names).filter((name) => name !== `/${prefix}registry`);
  expect({ left, living, grants: grants.all(), run }).to.deep.equal({ left: [], living: [], grants: [], run: [] });
};
