import { randomInt } from "node:crypto";
import type { Call } from "../../api";
import { badRequest, invalidArgument, notRehearsed } from "../../errors";
import { nameOf, parentIn, parentOf } from "../../names";
import { requireActAs } from "../act-as";
import { placeOf } from "./places";
import { nextTime } from "./schedule";
import type { HttpTarget, Job } from "./shapes";

const NAME = /^projects\/[^/]+\/locations\/[^/]+\/jobs\/[A-Za-z0-9_-]{1,500}$/;

/**
 * The name of a new job: the client's, in the body, or a number.
 * @throws ApiError 400 in the words of https://github.com/googleapis/nodejs-scheduler/issues/114
 */
export const newName = (call: Call): string => {
  const parent = parentIn(call);
  const given = call.body["name"] as string | undefined;
  if (!given) return `${parent}/jobs/${randomInt(10 ** 14)}`;
  if (!NAME.test(given))
    throw invalidArgument('Job name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/jobs/<JOB_ID>".');
  const name = nameOf(call, given);
  if (parentOf(name) !== parent) throw invalidArgument(`The job ${name} must be in the location ${parent}.`);
  return name;
};

/** What a client has said of a job. */
type Asked = Partial<Job> & { name: string };

/**
 * @throws ApiError 400 for what the schema allows and Cloud Scheduler does not, 403 for an account that is not the caller's to
 * use, 501 for a target that is not of this cloud
 */
export const checked = (call: Call, job: Asked): Asked & { httpTarget: HttpTarget } => {
  const { httpTarget } = job;
  if (!httpTarget) throw badRequest({ field: "job.target", description: "Required field 'job.target' is not set." });
  nextTime(job, new Date());
  checkTarget(call, httpTarget);
  checkAccount(call, httpTarget);
  return { ...job, httpTarget };
};

const checkTarget = (call: Call, { uri, oauthToken }: HttpTarget): void => {
  const place = placeOf(call, uri);
  if (!place) throw notRehearsed(`the call of ${uri}, which is not of this cloud, is`);
  // It would tell a service the token of this cloud's owner.
  if (oauthToken && place.kind !== "api") throw notRehearsed(`an OAuth token for ${uri}, which is no API's, is`);
};

const checkAccount = (call: Call, { oauthToken, oidcToken }: HttpTarget): void => {
  const token = oauthToken ?? oidcToken;
  if (!token) return;
  const email = token.serviceAccountEmail ?? "";
  const told = `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${email}" (or the resource may not exist).`;
  requireActAs(call, { email, told });
};
