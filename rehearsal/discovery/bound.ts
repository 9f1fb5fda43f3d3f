import type { FieldViolation } from "../errors";
import { own } from "../own";
import { camelCase } from "./normalise";
import type { Schemas } from "./schemas";

type Asked = { schemas: Schemas; name: string; params: Record<string, string>; value: Record<string, unknown> };

/**
 * A body without the fields that the path gives (`parent`, `name`, `resource`). They are fields of the message that Google's
 * documents leave out of it, and Go's clients send the whole message. One that is not as in the path is refused in the
 * words of grpc-httpjson-transcoding (src/request_weaver.cc).
 */
export const withoutBound = ({ schemas, name, params, value }: Asked): Bound => {
  const { properties } = schemas.schema(name);
  const isBound = (key: string): boolean =>
    own(params, camelCase(key)) !== undefined && !own(properties, camelCase(key));
  const violations = Object.entries(value)
    .filter(([key, given]) => isBound(key) && given !== null && given !== own(params, camelCase(key)))
    .map(([key, given]) => ({
      field: key,
      description: `The binding value ${own(params, camelCase(key))} of the field ${key} is conflicting with the value ${JSON.stringify(given)} in the body.`,
    }));
  return { value: Object.fromEntries(Object.entries(value).filter(([key]) => !isBound(key))), violations };
};

type Bound = { value: Record<string, unknown>; violations: FieldViolation[] };
