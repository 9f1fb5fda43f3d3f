import type { Call, Cloud } from "./api";
import { ApiError } from "./errors";
import { lastOf, nameIn, parentOf } from "./names";
import { own } from "./own";
import type { Product, Words } from "./products";
import { withProjectNumber } from "./project";
import type { Resource } from "./store";

type Asking = Pick<Cloud, "store" | "project"> & { product: Product };
type Named = { kind: string; name: string };

/** The resource of a kind, by default the one that the path names. @throws ApiError 404 in the product's words */
export const found = <T extends Resource>(call: Call, kind: string, name = nameIn(call)): T =>
  kept<T>(call, { kind, name });

/** The same, for what is no request. */
export const kept = <T extends Resource>(of: Asking, { kind, name }: Named): T => {
  const resource = of.store.get<T>(kind, name);
  if (!resource) throw missing(of, { kind, name });
  return resource;
};

export const missing = (of: Asking, { kind, name }: Named): ApiError => {
  const words = own(of.product.missing, kind) ?? of.product.missing[""] ?? "Requested entity was not found.";
  return said({ status: "NOT_FOUND", words, values: valuesOf(of, name) });
};

/** @throws ApiError 409 in the product's words where there is one of the name already */
export const refuseSecond = (of: Asking, { kind, name }: Named): void => {
  if (of.store.get(kind, name))
    throw said({ status: "ALREADY_EXISTS", words: of.product.exists, values: valuesOf(of, name) });
};

/** @throws ApiError where the request was made for another version of the resource */
export const checkEtag = (of: Asking, given: unknown, resource: Resource): void => {
  const { etag = "", name = "" } = resource as { etag?: string; name?: string };
  if (typeof given !== "string" || given === "" || given === etag) return;
  const { status, words } = of.product.etag;
  throw said({ status, words, values: { ...valuesOf(of, name), given, etag } });
};

type Said = {
  status: ConstructorParameters<typeof ApiError>[0]["status"];
  words: Words;
  values: Record<string, string>;
};

const said = ({ status, words, values }: Said): ApiError => {
  const { message, reason = undefined } = typeof words === "string" ? { message: words } : words;
  return new ApiError({ status, message: filled(message, values), reason });
};

const filled = (words: string, values: Record<string, string>): string =>
  words.replace(/\{(\w+)\}/g, (whole, key: string) => own(values, key) ?? whole);

const valuesOf = ({ product, project }: Asking, name: string): Record<string, string> => {
  const [, owner = "", , region = ""] = name.split("/");
  const kind = kindOf(name);
  return {
    id: lastOf(name),
    kind,
    KIND: kind.toUpperCase(),
    name: product.isNumbered ? withProjectNumber(name, project) : name,
    parent: parentOf(name),
    where: name.split("/").length === 6 ? ` in region '${region}' in project '${owner}'` : "",
  };
};

/** "service" for a name in the folder "services", "repository" in "repositories". */
export const kindOf = (name: string): string =>
  (name.split("/").at(-2) ?? "").replace(/ies$/, "y").replace(/([^s])s$/, "$1");
