import { ask } from "../../docker/connect";
import type { Plan } from "../plan/plan";
import digests from "./digests.json";

/** The version that every service's Dockerfile starts from; services/Dockerfile has the same default. */
export const PYTHON_VERSION = "3.13";

/** The image that every service's Dockerfile starts from. */
export const PYTHON_IMAGE = `python:${PYTHON_VERSION}-slim-trixie`;

type Wanted = { image: string; prefix: string };

/**
 * `@sha256:...` of an official image, or nothing where none is recorded. A registry's mirror has the same images; what a
 * machine made itself has the same names only, and no digest.
 */
export const digestUnder = ({ image, prefix }: Wanted): string => {
  const digest = (digests as Record<string, string>)[image];
  return digest !== undefined && leadsToRegistry(prefix) ? `@${digest}` : "";
};

/**
 * The id of the base image that this machine has, where no digest says what the base is: an image made on another one is
 * another image. Undefined where it is not here yet, and for a cloud, whose images must not depend on who builds them.
 */
export const readBaseId = async ({ target, imagePrefix: prefix }: Pick<Plan, "target" | "imagePrefix">) => {
  if (leadsToRegistry(prefix) && (target === "gcp" || digestUnder({ image: PYTHON_IMAGE, prefix }))) return undefined;
  // Where no engine answers, the target says so.
  const answer = await ask({ path: `/images/${prefix}${PYTHON_IMAGE}/json` }).catch(() => undefined);
  return answer?.status === 200 ? (answer.body as { Id: string }).Id : undefined;
};

/** An official image under a prefix, by its recorded digest where there is one. */
export const imageReference = ({ image, prefix }: Wanted): string => prefix + image + digestUnder({ image, prefix });

/** Docker's own rule: the part before the first slash is a host when it has a dot or a port. No prefix is the usual one. */
export const leadsToRegistry = (prefix: string): boolean => {
  const [host = ""] = prefix.split("/");
  return prefix === "" || host === "localhost" || /[.:]/.test(host);
};
