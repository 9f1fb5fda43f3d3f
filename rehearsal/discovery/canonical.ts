import type { Schema } from "./documents";
import { nameOf } from "./enums/numbers";
import { scalarOf } from "./scalars";

/**
 * A scalar as proto3's JSON mapping writes it, however a client wrote it: the name of an enum instead of its number, text for
 * 64-bit integers and numbers for smaller ones, base64 with `+`, `/` and padding. What cannot be read stays, for the
 * validation to refuse.
 */
export const canonical = (schema: Schema, value: unknown): unknown => {
  if (!scalarOf(schema)?.accepts(value)) return value;
  if (schema.enum && schema.type === "string") return enumName(schema.enum, value);
  if (schema.type === "boolean") return value === true || value === "true";
  if (schema.type === "string") return text(schema.format, value);
  // "NaN" and "Infinity" have no other form in JSON.
  return Number.isFinite(Number(value)) ? Number(value) : value;
};

/** Google's parser takes a number in quotes too (grpc-httpjson-transcoding, DataPiece::ToEnum). */
const enumName = (values: readonly string[], value: unknown): unknown =>
  values.includes(value as string) ? value : (nameOf(values, Number(value)) ?? value);

const text = (format: string | undefined, value: unknown): unknown => {
  if (typeof value === "number") return BigInt(value).toString();
  if (format !== "byte" || typeof value !== "string") return value;
  const standard = value.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, "=");
};
