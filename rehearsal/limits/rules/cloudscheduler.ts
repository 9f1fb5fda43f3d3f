import type { FieldViolation } from "../../errors";
import { secondsOf } from "../../realise/quantities";
import type { Rules } from "../rules";
import { violation, type Visited } from "../walk";

/** Of HTTP targets, in seconds. */
const [SHORTEST_DEADLINE, LONGEST_DEADLINE] = [15, 1800];
const MOST_RETRIES = 5;
const LONGEST_URI = 2083;
const WITH_BODY = ["HTTP_METHOD_UNSPECIFIED", "POST", "PUT", "PATCH"];

type Job = { attemptDeadline?: string; appEngineHttpTarget?: object; pubsubTarget?: object };

const job = (of: Visited<Job>): FieldViolation[] => {
  const { attemptDeadline, appEngineHttpTarget, pubsubTarget } = of.message;
  if (attemptDeadline === undefined || appEngineHttpTarget || pubsubTarget) return [];
  const seconds = secondsOf(attemptDeadline);
  return seconds >= SHORTEST_DEADLINE && seconds <= LONGEST_DEADLINE
    ? []
    : [violation(of, "attempt_deadline", "The attempt deadline must be between 15 seconds and 30 minutes.")];
};

type Target = { uri?: string; httpMethod?: string; body?: string };

const target = (of: Visited<Target>): FieldViolation[] => {
  const { uri, httpMethod = "POST", body } = of.message;
  return [
    ...(uri !== undefined && !(/^https?:\/\//.test(uri) && URL.canParse(uri) && uri.length <= LONGEST_URI)
      ? [
          violation(
            of,
            "uri",
            `The URI must begin with http:// or https:// and have at most ${LONGEST_URI} characters.`,
          ),
        ]
      : []),
    ...(body && !WITH_BODY.includes(httpMethod)
      ? [violation(of, "body", `A request body is not allowed with the HTTP method ${httpMethod}.`)]
      : []),
  ];
};

type Retry = { retryCount?: number; maxDoublings?: number };

const retryConfig = (of: Visited<Retry>): FieldViolation[] => {
  const { retryCount = 0, maxDoublings = 0 } = of.message;
  return [
    ...(retryCount < 0 || retryCount > MOST_RETRIES
      ? [violation(of, "retry_count", `The retry count must be between 0 and ${MOST_RETRIES}, got ${retryCount}.`)]
      : []),
    ...(maxDoublings < 0 ? [violation(of, "max_doublings", "The number of doublings must not be negative.")] : []),
  ];
};

/**
 * What Cloud Scheduler refuses and no document marks: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
 * (2026-11-29).
 */
export const cloudscheduler: Rules = { Job: job, HttpTarget: target, RetryConfig: retryConfig };
