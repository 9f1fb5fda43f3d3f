import { own } from "./own";

/** What an error says; `reason` is the word of the older error format. `{name}` and the like are filled in (kept.ts). */
export type Words = string | { message: string; reason: string };

/** What differs between Google's products, where their methods do not. */
export type Product = {
  /** 404, by the kind of the resource; the empty kind is every other one. */
  missing: Readonly<Record<string, Words>>;
  /** 409, for a resource that there is already. */
  exists: Words;
  /** An etag that is not the resource's. */
  etag: { status: "ABORTED" | "FAILED_PRECONDITION"; words: string };
  /** Whether names are answered with the project's number, whatever they were asked with. */
  isNumbered?: true;
  /** Items in a page where nobody says how many, and at most; and what a page token that is none is told. */
  page: { usual: number; most: number; badToken: string };
  /** Whether comparisons of a filter take small and capital letters for the same. */
  ignoresCase?: true;
  /** How many digits of a second the times have that it sets. */
  digits: 3 | 6 | 9;
  /** A PATCH without a mask takes the place of all that a client may set, instead of what it holds alone (https://google.aip.dev/134). */
  replaces?: true;
  /** Errors have the older format's list of reasons, and no canonical status. */
  hasReasons?: true;
};

const CONCURRENT = "There were concurrent changes to the {kind}. Please retry.";
const TOKEN = "The page token is invalid.";

/**
 * A row for each API. Page sizes are those of the reference pages (2026-11-28), or 100 and 1000 where they name none; the words are
 * what Google was seen to answer, in public issues.
 */
const PRODUCTS: Readonly<Record<string, Product>> = {
  artifactregistry: {
    missing: { "": "Requested entity was not found: {kind} {name}" },
    exists: "the {kind} already exists",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 100, most: 1000, badToken: "invalid page token" },
    digits: 6,
  },
  cloudbilling: {
    missing: { "": "Requested entity was not found." },
    exists: "Requested entity already exists",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 10, most: 100, badToken: TOKEN },
    digits: 3,
    hasReasons: true,
  },
  cloudresourcemanager: {
    missing: { "": "Requested entity was not found." },
    exists: "Requested entity already exists",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 300, most: 300, badToken: TOKEN },
    digits: 3,
  },
  cloudscheduler: {
    missing: { "": "Requested entity was not found." },
    // https://github.com/hashicorp/terraform-provider-google/issues/16918
    exists: "Job {name} already exists.",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 500, most: 500, badToken: TOKEN },
    digits: 6,
    // Terraform's provider sends no mask with what is left of a job: mmv1/products/cloudscheduler/Job.yaml in github.com/GoogleCloudPlatform/magic-modules.
    replaces: true,
  },
  iam: {
    missing: {
      "iam.keys": "Service account key {id} does not exist.",
      "iam.roles": "The role named {name} was not found.",
      "iam.serviceAccounts": "Service account {name} does not exist.",
    },
    exists: "A {kind} named {id} in {parent} already exists.",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 20, most: 100, badToken: TOKEN },
    digits: 3,
  },
  logging: {
    missing: { "": "Requested entity was not found: {name}" },
    exists: "Requested entity already exists: {name}",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 50, most: 1000, badToken: "page_token is invalid" },
    digits: 9,
  },
  monitoring: {
    missing: { "": "Requested entity was not found: {name}" },
    exists: "Requested entity already exists: {name}",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 1000, most: 100_000, badToken: "Field page_token had an invalid value." },
    digits: 9,
  },
  redis: {
    missing: { "": "Resource '{name}' was not found" },
    exists: "Resource '{name}' already exists",
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 1000, most: 1000, badToken: TOKEN },
    digits: 9,
  },
  run: {
    missing: { "": "Resource '{id}' of kind '{KIND}'{where} does not exist." },
    exists: "Resource '{id}' already exists.",
    etag: {
      status: "ABORTED",
      words: "Conflict for resource '{id}': version '{given}' was specified but current version is '{etag}'.",
    },
    page: { usual: 100, most: 1000, badToken: TOKEN },
    digits: 6,
    // As Terraform's provider relies on: https://github.com/hashicorp/terraform-provider-google, TestAccCloudRunV2Service_cloudrunv2ServiceCustomAudienceUpdate.
    replaces: true,
  },
  secretmanager: {
    missing: {
      "secretmanager.secrets": "Secret [{name}] not found.",
      "secretmanager.versions": "Secret Version [{name}] not found.",
    },
    exists: "Secret [{name}] already exists.",
    etag: {
      status: "FAILED_PRECONDITION",
      words: "The etag [{given}] does not match the current etag [{etag}] of [{name}].",
    },
    isNumbered: true,
    page: { usual: 25_000, most: 25_000, badToken: "The provided page token is invalid." },
    ignoresCase: true,
    digits: 6,
  },
  serviceusage: {
    missing: { "": "Not found or permission denied for service(s): {id}." },
    exists: "Requested entity already exists",
    etag: { status: "ABORTED", words: CONCURRENT },
    isNumbered: true,
    page: { usual: 50, most: 200, badToken: TOKEN },
    digits: 6,
  },
  sqladmin: {
    missing: {
      "sql.instances": { message: "The Cloud SQL instance does not exist.", reason: "instanceDoesNotExist" },
      "sql.users": { message: "The user {id} does not exist.", reason: "userDoesNotExist" },
      operations: { message: "The Cloud SQL instance operation does not exist.", reason: "operationDoesNotExist" },
      "": { message: "Not Found", reason: "notFound" },
    },
    exists: { message: "The Cloud SQL instance already exists.", reason: "instanceAlreadyExists" },
    etag: { status: "ABORTED", words: CONCURRENT },
    page: { usual: 500, most: 1000, badToken: "Invalid value for: Invalid page token." },
    digits: 3,
    hasReasons: true,
  },
};

export const productOf = (api: string): Product => {
  const product = PRODUCTS[api];
  if (!product) throw new Error(`products.ts has no row ${api}`);
  return product;
};

/** The format of a product's errors; that of all others where there is none. */
export const productsErrors = (api: string | undefined): { hasReasons?: boolean } => own(PRODUCTS, api ?? "") ?? {};
