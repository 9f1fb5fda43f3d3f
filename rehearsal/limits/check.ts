import type { Method } from "../discovery/documents";
import { fieldPrefix, snakeCase } from "../discovery/normalise";
import type { Schemas } from "../discovery/schemas";
import type { FieldViolation } from "../errors";
import type { Resource } from "../store";
import { describedProblems } from "./described";
import { labelProblems } from "./labels";
import { oneofProblems } from "./oneofs";
import { ruleProblems } from "./rules";
import { messagesIn } from "./walk";

type Asked = { schemas: Schemas; method: Method; body: Resource };

/** What a request of the right shape says that Google does not take; no state is looked at. */
export const limitProblems = (of: Asked): FieldViolation[] =>
  visited(of).flatMap((message) => [
    ...oneofProblems(message),
    ...describedProblems(message),
    ...labelProblems(message),
    ...ruleProblems(message),
  ]);

/**
 * The same for a resource after a change, whose parts came from several requests. Members of a oneof take each other's
 * place there; a change without a mask may have taken away what is required.
 */
export const changedProblems = (of: Asked): FieldViolation[] => [
  ...missingIn(of),
  ...visited(of).flatMap(ruleProblems),
];

const missingIn = ({ schemas, method, body }: Asked): FieldViolation[] =>
  schemas
    .requiredIn(method)
    .filter((key) => body[key] === undefined)
    .map((key) => {
      const field = `${fieldPrefix(method.request!.$ref)}.${snakeCase(key)}`;
      return { field, description: `Required field '${field}' is not set.` };
    });

const visited = ({ schemas, method, body }: Asked) =>
  method.request ? messagesIn({ schemas, method, name: method.request.$ref, value: body }) : [];
