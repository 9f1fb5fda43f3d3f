import { PUBLIC_REASON } from "../../infra/targets/gcp/labels";
import { isEveryone, isForEveryone } from "../grants";
import { at, isMissing, textAt, when, UNKNOWN, type Resource, type Rule } from "../rule";
import * as kinds from "../types";

/** The service or function that a grant is about; UNKNOWN while its name is. Once it is made it has the full name. */
const nameIn = ({ props }: Resource): unknown => {
  const name = at(props, "service") ?? at(props, "cloudFunction") ?? at(props, "name");
  return typeof name === "string" ? name.slice(name.lastIndexOf("/") + 1) : name;
};

const annotation = ({ props }: Resource, key: string): unknown =>
  (at(props, "annotations") as Record<string, unknown> | undefined)?.[key] ??
  (at(props, "metadata.annotations") as Record<string, unknown> | undefined)?.[key];

const saysWhy = (service: Resource): boolean => !isMissing(annotation(service, PUBLIC_REASON));

/** What anyone may call: it asks nobody who they are, or a grant opens it. */
export const publicServices = (resources: readonly Resource[]): { service?: Resource; opener: Resource }[] => {
  const services = resources.filter(({ type }) => kinds.SERVICE.test(type) || kinds.FUNCTION.test(type));
  const openers = resources.filter((resource) => kinds.CALLERS.test(resource.type) && isForEveryone(resource));
  const named = (name: unknown): Resource[] =>
    services.filter(
      ({ name: logical, props }) => name !== undefined && [textAt(props, "name"), logical].includes(name as string),
    );
  return [
    ...openers.map((opener) => {
      const [service] = nameIn(opener) === UNKNOWN ? services.filter(saysWhy) : named(nameIn(opener));
      return { opener, ...(service === undefined ? {} : { service }) };
    }),
    ...services
      .filter(({ props }) => at(props, "invokerIamDisabled") === true)
      .map((service) => ({ opener: service, service })),
  ];
};

/** The texts of an access list that name everyone: `READER:allUsers`, a special group, a predefined list. */
const opensToEveryone = (value: unknown): boolean => {
  if (typeof value === "string")
    return isEveryone(value.split(":").at(-1) ?? "") || /^public(Read|ReadWrite)$|^authenticatedRead$/.test(value);
  return value !== null && typeof value === "object" && Object.values(value).some(opensToEveryone);
};

const INGRESS = "run.googleapis.com/ingress";

const ingressOf = (resource: Resource): unknown =>
  at(resource.props, "ingress") ??
  at(resource.props, "ingressSettings") ??
  at(resource.props, "serviceConfig.ingressSettings") ??
  annotation(resource, INGRESS);

const isOpenIngress = (ingress: unknown): boolean =>
  isMissing(ingress) || ["INGRESS_TRAFFIC_ALL", "ALLOW_ALL", "all"].includes(String(ingress));

/** Rules on what everyone can reach. */
export const publicRules: readonly Rule[] = [
  {
    name: "iam-not-for-everyone",
    description: "Nothing but a service with a written reason is open to everyone.",
    covers: [
      "CKV_GCP_28",
      "CKV_GCP_98",
      "CKV_GCP_99",
      "CKV_GCP_100",
      "CKV_GCP_101",
      "CKV_GCP_112",
      "GCP-0001",
      "CIS 1.9",
      "CIS 5.1",
    ],
    types: kinds.GRANT,
    mistakes: (resource) =>
      when(
        !kinds.CALLERS.test(resource.type) && isForEveryone(resource),
        "it is open to everyone; name the service accounts that need it",
      ),
  },
  {
    name: "list-not-for-everyone",
    description: "No access list opens data to everyone.",
    covers: ["CKV_GCP_15", "GCP-0046", "CIS 7.1"],
    types: kinds.ACCESS_LIST,
    mistakes: ({ props }) =>
      when(opensToEveryone(props), "its access list lets everyone in; name the accounts that need it"),
  },
  {
    name: "run-public-with-reason",
    description: "A service or function that anyone may call says why, in the catalogue's field public.",
    covers: ["CKV_GCP_102", "CKV_GCP_107"],
    stackMistakes: (resources) =>
      publicServices(resources)
        .filter(({ service }) => service === undefined || !saysWhy(service))
        .map(({ opener: about }) => ({
          about,
          message: `anyone may call it, and nothing says why; write public: { reason } in its catalogue entry (the annotation ${PUBLIC_REASON}), or name the callers`,
        })),
  },
  {
    name: "run-ingress",
    description: "What is not public takes no request from the internet, or says why it does.",
    covers: ["CKV_GCP_124"],
    isExcusable: true,
    stackMistakes: (resources) => {
      const opened = publicServices(resources);
      if (opened.some(({ opener }) => nameIn(opener) === UNKNOWN)) return [];
      return resources
        .filter(({ type }) => kinds.SERVICE.test(type) || kinds.FUNCTION.test(type))
        .filter((service) => !opened.some((one) => one.service === service))
        .filter((service) => isOpenIngress(ingressOf(service)))
        .map((about) => ({
          about,
          message:
            "it is not public and takes requests from the internet; set ingress to INGRESS_TRAFFIC_INTERNAL_ONLY, or say why in the annotation fleet-excused-run-ingress",
        }));
    },
  },
];
