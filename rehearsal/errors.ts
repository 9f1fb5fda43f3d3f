/**
 * Google's canonical codes: the HTTP status that each travels as (google/rpc/code.proto), and the number of
 * google.rpc.Code that a failed operation carries.
 */
const CODES = {
  INVALID_ARGUMENT: { http: 400, rpc: 3 },
  FAILED_PRECONDITION: { http: 400, rpc: 9 },
  UNAUTHENTICATED: { http: 401, rpc: 16 },
  PERMISSION_DENIED: { http: 403, rpc: 7 },
  NOT_FOUND: { http: 404, rpc: 5 },
  ALREADY_EXISTS: { http: 409, rpc: 6 },
  ABORTED: { http: 409, rpc: 10 },
  /** An etag that does not match, where the API answers it with 412 (Cloud SQL). */
  CONDITION_NOT_MET: { http: 412, rpc: 9 },
  RESOURCE_EXHAUSTED: { http: 429, rpc: 8 },
  INTERNAL: { http: 500, rpc: 13 },
  UNIMPLEMENTED: { http: 501, rpc: 12 },
  UNAVAILABLE: { http: 503, rpc: 14 },
} as const;

type Status = keyof typeof CODES;

/** The words of the older error format for statuses whose errors name none. */
const REASONS: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "authError",
  403: "notAuthorized",
  404: "notFound",
  409: "conflict",
  412: "conditionNotMet",
  429: "rateLimitExceeded",
  500: "internalError",
  501: "notImplemented",
};

export type FieldViolation = { field: string; description: string };

type Told = {
  status: Status;
  message: string;
  details?: object[];
  /** The word of the older error format that some products (products.ts) still send, such as "instanceDoesNotExist". */
  reason?: string | undefined;
  headers?: Record<string, string>;
};

/** The error that an API answers; handlers and works throw it, the server writes it. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(private readonly of: Told) {
    super(of.message);
    this.status = of.status;
  }

  get code(): number {
    return CODES[this.status].http;
  }

  get headers(): Record<string, string> {
    return this.of.headers ?? {};
  }

  /**
   * The body of the HTTP answer: https://cloud.google.com/apis/design/errors#http_mapping
   * @param of.hasReasons whether it has the older format, of which only Google's own front end tells the status too
   */
  toBody({ hasReasons = false }: { hasReasons?: boolean } = {}): { error: object } {
    const { message, status, details = [] } = this.of;
    const reason = this.of.reason ?? REASONS[this.code] ?? "backendError";
    return {
      error: {
        code: this.code,
        message,
        ...(hasReasons && { errors: [{ message, domain: "global", reason }] }),
        ...((!hasReasons || details.length > 0) && { status }),
        ...(details.length > 0 && { details }),
      },
    };
  }

  /** google.rpc.Status, as a failed operation carries it. */
  toStatus(): { code: number; message: string } {
    return { code: CODES[this.status].rpc, message: this.message };
  }
}

const withStatus =
  (status: Status) =>
  (message: string, reason?: string): ApiError =>
    new ApiError({ status, message, reason });

export const notFound = withStatus("NOT_FOUND");
export const alreadyExists = withStatus("ALREADY_EXISTS");
export const permissionDenied = withStatus("PERMISSION_DENIED");
export const failedPrecondition = withStatus("FAILED_PRECONDITION");
export const conditionNotMet = withStatus("CONDITION_NOT_MET");
export const invalidArgument = withStatus("INVALID_ARGUMENT");
export const aborted = withStatus("ABORTED");

/** As Monitoring answers for a metric that nobody described. */
export const missingMetric = (type: string): ApiError =>
  notFound(
    `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
  );

/** What the rehearsal has no answer to, in a whole sentence. */
export const unanswered = (message: string): ApiError =>
  new ApiError({ status: "UNIMPLEMENTED", message: `rehearsal: ${message}` });

/** @param what subject and verb, for example "several containers in one instance are" */
export const notRehearsed = (what: string): ApiError => unanswered(`${what} not rehearsed yet`);

const internal = (error: Error): ApiError =>
  new ApiError({ status: "INTERNAL", message: `Internal error encountered. (${error.message})` });

/** An error as it is answered; one that nobody foresaw is the rehearsal's own, and its stack is in the server's log. */
export const apiErrorOf = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error;
  process.stderr.write(`${(error as Error).stack}\n`);
  return internal(error as Error);
};

/** A value that the schema allows and the API does not, said as field violations. */
export const badRequest = (...violations: FieldViolation[]): ApiError =>
  new ApiError({
    status: "INVALID_ARGUMENT",
    message: violations.map(({ description }) => description).join("\n"),
    details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations }],
  });
