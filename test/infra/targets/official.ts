import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * What the official plugins take, as the types of their npm packages say: the packages are made of the plugins' schemas, and
 * have their versions. Types are read without being checked: the checker would load all of Google Cloud.
 */
export type Taken = { fields: ReadonlyMap<string, Field>; file: string };

type Field = { name: string; type: ts.TypeNode; isRequired: boolean; isDeprecated: boolean; allowed?: string[] };

/** The inputs of a resource by its type token, `docker:index/container:Container`, or of a provider, `pulumi:providers:gcp`. */
export const inputsOf = (token: string): Taken => {
  const { file, name } = placeOf(token);
  return interfaceIn(file, [`${name}Args`]);
};

/** The names by which a plugin may speak of a resource: its inputs and its outputs. */
export const namesOf = (token: string): Set<string> => {
  const { file, name } = placeOf(token);
  return new Set([...inputsOf(token).fields.keys(), ...interfaceIn(file, [`${name}State`]).fields.keys()]);
};

const placeOf = (token: string): { file: string; name: string } => {
  const [plugin = "", place = "", name = ""] = token.split(":");
  if (plugin === "pulumi") return { file: inPackage(name, "provider.d.ts"), name: "Provider" };
  return { file: inPackage(plugin, `${place.replace(/^index\//, "")}.d.ts`), name };
};

/** Some files are all lower case, where the token's place is not. */
const inPackage = (plugin: string, file: string): string => {
  const folder = path.resolve("node_modules/@pulumi", plugin, path.dirname(file));
  const wanted = path.basename(file).toLowerCase();
  return path.join(folder, readdirSync(folder).find((name) => name.toLowerCase() === wanted) ?? wanted);
};

/** An interface of a file, below the namespaces that its name leads through. */
const interfaceIn = (file: string, names: readonly string[]): Taken => {
  const found = names.reduce<readonly ts.Statement[]>(
    (statements, name) =>
      statements.flatMap((statement) => {
        if (ts.isInterfaceDeclaration(statement)) return statement.name.text === name ? [statement] : [];
        if (!ts.isModuleDeclaration(statement) || statement.name.text !== name) return [];
        return statement.body && ts.isModuleBlock(statement.body) ? statement.body.statements : [];
      }),
    parsed(file).statements,
  )[0];
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`${file} has no interface ${names.join(".")}`);
  return { file, fields: new Map(found.members.flatMap(fieldOf).map((field) => [field.name, field])) };
};

const fieldOf = (member: ts.TypeElement): Field[] => {
  if (!ts.isPropertySignature(member) || !member.type) return [];
  const comment = member.getFullText().slice(0, member.getLeadingTriviaWidth());
  return [
    {
      name: member.name.getText(),
      type: member.type,
      isRequired: member.questionToken === undefined,
      isDeprecated: ts.getJSDocDeprecatedTag(member) !== undefined,
      ...allowedIn(comment),
    },
  ];
};

/** "Possible values are: `A`, `B`.": the schema's own list, which types leave out. */
const allowedIn = (comment: string): { allowed?: string[] } => {
  const list = /Possible values are: ((?:`[^`]+`(?:, | and |, and )?)+)/.exec(comment.replace(/\n\s*\*\s*/g, " "))?.[1];
  return list === undefined ? {} : { allowed: [...list.matchAll(/`([^`]+)`/g)].map(([, value = ""]) => value) };
};

const parsed = (file: string): ts.SourceFile => {
  const source = files.get(file) ?? ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  files.set(file, source);
  return source;
};
const files = new Map<string, ts.SourceFile>();

/**
 * The inputs whose change replaces a resource of the official docker plugin 5.2.0, read on 2026-11-28 from the schema in
 * pulumi-docker of 2026-08-14 (on provider 4.5.0) and from the provider's sources of 4.5.0 and of two weeks after 4.6.0,
 * between which only a container's healthcheck (#989) and device_cgroup_rules (#976) joined them.
 */
export const REPLACED: Readonly<Record<string, readonly string[]>> = {
  "docker:index/container:Container": [
    ...["capabilities", "cgroupParent", "cgroupnsMode", "command", "cpus", "deviceCgroupRules", "deviceRequests"],
    ...["devices", "dns", "dnsOpts", "dnsSearches", "domainname", "entrypoints", "envs", "gpus", "groupAdds"],
    ...["healthcheck", "hostname", "hosts", "image", "ipcMode", "labels", "logDriver", "logOpts", "mounts", "name"],
    ...["networkMode", "networksAdvanced", "pidMode", "platform", "ports", "privileged", "publishAllPorts", "readOnly"],
    ...["runtime", "securityOpts", "shmSize", "stdinOpen", "stopSignal", "stopTimeout", "storageOpts", "sysctls"],
    ...["tty", "ulimits", "uploads", "user", "usernsMode", "volumes", "workingDir"],
  ],
  "docker:index/network:Network": [
    ...["attachable", "driver", "ingress", "internal", "ipamConfigs", "ipamDriver", "ipamOptions", "ipv6"],
    ...["labels", "name", "options"],
  ],
  "docker:index/registryImage:RegistryImage": ["name", "triggers"],
  "docker:index/remoteImage:RemoteImage": ["name", "platform", "pullTriggers", "triggers"],
  "docker:index/tag:Tag": ["sourceImage", "tagTriggers", "targetImage"],
  "docker:index/volume:Volume": ["driver", "driverOpts", "labels", "name"],
};

/** The resources that the program makes, on a laptop and in the cloud. */
export const USED: Readonly<Record<"docker" | "random" | "gcp", readonly string[]>> = {
  docker: Object.keys(REPLACED),
  random: ["random:index/randomPassword:RandomPassword"],
  gcp: [
    ...["artifactregistry/repository:Repository", "cloudrunv2/job:Job", "cloudrunv2/service:Service"],
    ...["cloudrunv2/serviceIamMember:ServiceIamMember", "cloudrunv2/workerPool:WorkerPool"],
    ...["cloudrunv2/jobIamMember:JobIamMember", "cloudscheduler/job:Job"],
    ...["monitoring/alertPolicy:AlertPolicy", "monitoring/notificationChannel:NotificationChannel"],
    ...["monitoring/uptimeCheckConfig:UptimeCheckConfig", "projects/iAMMember:IAMMember", "projects/service:Service"],
    ...["redis/instance:Instance", "secretmanager/secret:Secret", "secretmanager/secretIamMember:SecretIamMember"],
    ...["secretmanager/secretVersion:SecretVersion", "serviceaccount/account:Account", "sql/database:Database"],
    ...["sql/databaseInstance:DatabaseInstance", "sql/user:User"],
  ].map((place) => `gcp:${place}`),
};

/** Those that the official plugins delete before they make the successor, by their own word (resources.go of both). */
export const DELETED_FIRST: readonly string[] = [
  "docker:index/container:Container",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:secretmanager/secret:Secret",
];

/** The inputs of a container that the provider changes while it runs (its resourceDockerContainerUpdate). */
export const CHANGED_IN_PLACE: readonly string[] = [
  ...["cpuSet", "cpuShares", "maxRetryCount", "memory", "memoryReservation", "memorySwap", "restart"],
];

/** Those that are about how the plugin makes and ends a container: they change nothing of one that is there. */
export const OF_THE_PLUGIN: readonly string[] = [
  ...["attach", "containerReadRefreshTimeoutMilliseconds", "destroyGraceSeconds", "logs", "mustRun"],
  ...["removeVolumes", "rm", "start", "wait", "waitTimeout"],
];

/** All that the official plugin would refuse, ignore or warn of in what is asked of a resource. */
export const refusals = (inputs: Record<string, unknown>, taken: Taken, at: string): string[] => {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined);
  const missing = [...taken.fields.values()].filter(({ name, isRequired }) => isRequired && inputs[name] === undefined);
  return [
    ...missing.map(({ name }) => `${at}.${name} is missing`),
    ...given.flatMap(([name, value]) => {
      const field = taken.fields.get(name);
      if (field === undefined) return [`${at}.${name} is no input`];
      return [
        ...(field.isDeprecated ? [`${at}.${name} is deprecated`] : []),
        ...(field.allowed && typeof value === "string" && !field.allowed.includes(value)
          ? [`${at}.${name} is ${value}, and may be ${field.allowed.join(", ")}`]
          : []),
        ...mismatches(value, field.type, { file: taken.file, at: `${at}.${name}` }),
      ];
    }),
  ];
};

type Where = { file: string; at: string };

const mismatches = (value: any, type: ts.TypeNode, where: Where): string[] => {
  const { file, at } = where;
  if (value !== null && typeof value === "object" && Object.keys(value).join() === "secret")
    return mismatches(value.secret, type, where);
  const wrong = [`${at} is ${JSON.stringify(value)}, and should be ${type.getText()}`];
  if (ts.isUnionTypeNode(type)) {
    const each = type.types
      .filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((one) => mismatches(value, one, where));
    return each.find((found) => found.length === 0) ?? each[0] ?? [];
  }
  if (ts.isArrayTypeNode(type))
    return Array.isArray(value)
      ? value.flatMap((each, index) => mismatches(each, type.elementType, { file, at: `${at}[${index}]` }))
      : wrong;
  if (ts.isTypeLiteralNode(type)) {
    const element = type.members.find(ts.isIndexSignatureDeclaration)?.type;
    if (!element || typeof value !== "object") return wrong;
    return Object.entries(value).flatMap(([key, each]) => mismatches(each, element, { file, at: `${at}.${key}` }));
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    if (name === "pulumi.Input") return mismatches(value, type.typeArguments![0]!, where);
    if (!name.startsWith("inputs.")) return [`${at} has a type that this test cannot read: ${name}`];
    const types = file.replace(/(@pulumi\/[a-z]+\/).*/, "$1types/input.d.ts");
    return typeof value === "object" && !Array.isArray(value)
      ? refusals(value, interfaceIn(types, name.split(".").slice(1)), at)
      : wrong;
  }
  return type.getText() === typeof value ? [] : wrong;
};
