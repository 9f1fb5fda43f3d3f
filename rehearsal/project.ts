import { createHash } from "node:crypto";

export type Project = { id: string; number: string };

/** A project's number follows from its id, so that it is the same after everything was taken away. */
export const projectOf = (id: string): Project => {
  const digest = createHash("sha256").update(id).digest();
  return { id, number: String(100_000_000_000 + (digest.readUIntBE(0, 6) % 900_000_000_000)) };
};

/** Google takes the number for the id everywhere; names are kept with the id. */
export const withProjectId = (name: string, { id, number }: Project): string =>
  name.replace(new RegExp(`^projects/${number}(?=/|$)`), `projects/${id}`);

/** Some APIs (Secret Manager) answer with the number whatever they were asked with. */
export const withProjectNumber = (name: string, { id, number }: Project): string =>
  name.replace(new RegExp(`^projects/${id}(?=/|$)`), `projects/${number}`);

/** The account that everything has which names none: https://cloud.google.com/compute/docs/access/service-accounts#default_service_account */
export const defaultAccount = ({ number }: Pick<Project, "number">): string =>
  `${number}-compute@developer.gserviceaccount.com`;
