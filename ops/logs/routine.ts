/** The clients that only ask whether a service lives: the images' own check, and Google's probes. */
const CHECKERS = ["healthcheck", "GoogleHC", "kube-probe"];

/**
 * Whether a line tells of a health check, or of a poll for messages, that went well. Such lines come every few seconds and
 * hide all others; one that failed is of interest.
 */
export const isRoutine = (text: string): boolean => isCheck.test(text) || isPoll.test(text);

/** An access line of our services (services/chassis/chassis/logs.py): JSON with these fields in this order. */
const isCheck = new RegExp(`"status": 2\\d\\d,.*"user_agent": "(${CHECKERS.join("|")})`);

/** A consumer asks for messages every few seconds, and LocalStack writes a line each time. */
const isPoll = /: AWS sqs\.ReceiveMessage => 200$/;
