/** Google's canonical codes with the HTTP status that each travels as (google/rpc/code.proto). */
const STATUSES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  /** An etag that does not match, where the API answers it with 412 (Cloud SQL). */
  CONDITION_NOT_MET: 412,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const;

export type Status = keyof typeof STATUSES;

export type FieldViolation = { field: string; description: string };

/** The numbers of google.rpc.Code, as a failed operation carries them. */
const RPC_CODES: Record<Status, number> = {
  INVALID_ARGUMENT: 3,
  FAILED_PRECONDITION: 9,
  UNAUTHENTICATED: 16,
  PERMISSION_DENIED: 7,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  ABORTED: 10,
  CONDITION_NOT_MET: 9,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
};

/** What an API answers instead of a result: thrown by handlers and works, written by the server. */
export class ApiError extends Error {
  readonly status: Status;
  readonly details: object[];
  /** Of the older error format that Cloud SQL and others still send, such as "instanceDoesNotExist". */
  readonly reason: string | undefined;
  readonly headers: Record<string, string>;

  constructor(of: {
    status: Status;
    message: string;
    details?: object[];
    reason?: string;
    headers?: Record<string, string>;
  }) {
    super(of.message);
    this.status = of.status;
    this.details = of.details ?? [];
    this.reason = of.reason;
    this.headers = of.headers ?? {};
  }

  get code(): number {
    return STATUSES[this.status];
  }

  /** The body of the HTTP answer: https://cloud.google.com/apis/design/errors#http_mapping */
  toBody(): { error: object } {
    const { code, message, status, details, reason } = this;
    return {
      error: {
        code,
        message,
        ...(status !== "CONDITION_NOT_MET" && { status }),
        ...(details.length > 0 && { details }),
        ...(reason && { errors: [{ message, domain: "global", reason }] }),
      },
    };
  }

  /** google.rpc.Status, as a failed operation carries it. */
  toStatus(): { code: number; message: string } {
    return { code: RPC_CODES[this.status], message: this.message };
  }
}

const withStatus =
  (status: Status) =>
  (message: string, reason?: string): ApiError =>
    new ApiError({ status, message, ...(reason && { reason }) });

export const notFound = withStatus("NOT_FOUND");
export const alreadyExists = withStatus("ALREADY_EXISTS");
export const permissionDenied = withStatus("PERMISSION_DENIED");
export const failedPrecondition = withStatus("FAILED_PRECONDITION");
export const conditionNotMet = withStatus("CONDITION_NOT_MET");
export const invalidArgument = withStatus("INVALID_ARGUMENT");
export const aborted = withStatus("ABORTED");

/** @param what subject and verb, for example "several containers in one instance are" */
export const notRehearsed = (what: string): ApiError =>
  new ApiError({ status: "UNIMPLEMENTED", message: `rehearsal: ${what} not rehearsed yet` });

/** An error of the rehearsal's own. */
export const internal = (error: Error): ApiError =>
  new ApiError({ status: "INTERNAL", message: `Internal error encountered. (${error.message})` });

/** A value that the schema allows and the API does not, said as field violations. */
export const badRequest = (...violations: FieldViolation[]): ApiError =>
  new ApiError({
    status: "INVALID_ARGUMENT",
    message: violations.map(({ description }) => description).join("\n"),
    details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations }],
  });
