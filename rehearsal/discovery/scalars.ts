import type { Schema } from "./documents";
import { nameOf } from "./enums/numbers";

/** A scalar type: its name in Google's messages, and which JSON values can be read as one (proto3's JSON mapping). */
export type Scalar = { name: string; accepts: (value: unknown) => boolean };

const DAY = 86_400_000;

/** The type of a schema that is neither an object, an array nor a reference; `undefined` for "any". */
export const scalarOf = ({ type, format, enum: values }: Schema): Scalar | undefined => {
  if (values && type === "string") return { name: "TYPE_ENUM", accepts: (value) => isEnum(values, value) };
  if (type === "any" || type === undefined) return undefined;
  return SCALARS[`${type}:${format ?? ""}`] ?? SCALARS[`${type}:`];
};

/** Its name, or its number, also as text. */
const isEnum = (values: readonly string[], value: unknown): boolean => {
  if (isText(value) && values.includes(value)) return true;
  const isNumeric = typeof value === "number" || (isText(value) && /^-?\d+$/.test(value));
  return isNumeric && nameOf(values, Number(value)) !== undefined;
};

const isText = (value: unknown): value is string => typeof value === "string";

/** Whole numbers come as numbers or as text, with or without an exponent. */
const whole = (least: bigint, most: bigint) => (value: unknown) => {
  if (typeof value === "number") return Number.isInteger(value) && BigInt(value) >= least && BigInt(value) <= most;
  return isText(value) && /^-?\d+$/.test(value) && BigInt(value) >= least && BigInt(value) <= most;
};

const isNumber = (value: unknown): boolean =>
  typeof value === "number" ||
  (isText(value) &&
    (["NaN", "Infinity", "-Infinity"].includes(value) || (value.trim() !== "" && !isNaN(Number(value)))));

const isDatetime = (value: unknown): boolean => {
  if (!isText(value)) return false;
  const match = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i.exec(value);
  if (!match || Number.isNaN(Date.parse(value.toUpperCase()))) return false;
  // Date.parse takes 30 February for 1 March.
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(day).getUTCDate() === Number(match[3]) && day % DAY === 0;
};

const isDuration = (value: unknown): boolean =>
  isText(value) && /^-?\d{1,12}(?:\.\d{1,9})?s$/.test(value) && Math.abs(parseFloat(value)) <= 315_576_000_000;

const isBytes = (value: unknown): boolean =>
  isText(value) && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value) && value.replace(/=+$/, "").length % 4 !== 1;

const isFieldMask = (value: unknown): boolean =>
  isText(value) &&
  /^(?:\*|[A-Za-z_][\w]*(?:\.(?:[\w-]+|\*|`[^`]+`))*)?(?:, *[A-Za-z_]\w*(?:\.(?:[\w-]+|\*|`[^`]+`))*)*$/.test(value);

/** A Google date, year-month-day. */
const isDate = (value: unknown): boolean => isText(value) && /^\d{4}-\d\d-\d\d$/.test(value);

const SCALARS: Record<string, Scalar> = {
  "string:": { name: "TYPE_STRING", accepts: isText },
  "string:byte": { name: "TYPE_BYTES", accepts: isBytes },
  "string:date": { name: "TYPE_STRING", accepts: isDate },
  "string:int64": { name: "TYPE_INT64", accepts: whole(-(2n ** 63n), 2n ** 63n - 1n) },
  "string:uint64": { name: "TYPE_UINT64", accepts: whole(0n, 2n ** 64n - 1n) },
  "string:google-datetime": { name: "type.googleapis.com/google.protobuf.Timestamp", accepts: isDatetime },
  "string:date-time": { name: "type.googleapis.com/google.protobuf.Timestamp", accepts: isDatetime },
  "string:google-duration": { name: "type.googleapis.com/google.protobuf.Duration", accepts: isDuration },
  "string:google-fieldmask": { name: "type.googleapis.com/google.protobuf.FieldMask", accepts: isFieldMask },
  "integer:": { name: "TYPE_INT32", accepts: whole(-(2n ** 31n), 2n ** 31n - 1n) },
  "integer:uint32": { name: "TYPE_UINT32", accepts: whole(0n, 2n ** 32n - 1n) },
  "number:": { name: "TYPE_DOUBLE", accepts: isNumber },
  "number:float": { name: "TYPE_FLOAT", accepts: isNumber },
  "boolean:": {
    name: "TYPE_BOOL",
    accepts: (value) => typeof value === "boolean" || value === "true" || value === "false",
  },
};
