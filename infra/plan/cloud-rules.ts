import type { CloudSettings } from "../settings/cloud";
import type { Settings } from "../settings/schema";
import { secretName } from "../naming";
import { curedBy } from "../cures";
import { suggestion, when, type Problem } from "../problems";
import type { Catalogue } from "../catalogue/index";
import type { Datastore, System } from "../catalogue/vocabulary";

type Judging = { catalogue: Catalogue; settings: Settings; cloud: CloudSettings; secretNames: readonly string[] };

/** The problems of a stack's cloud settings that only the catalogue shows. */
export const cloudProblems = (of: Judging): Problem[] => {
  const { cloud } = of;
  const { systems, stack } = of.settings;
  const running = Object.entries(of.catalogue).filter(([name]) => systems.includes("all") || systems.includes(name));
  const using = (engine: Datastore["engine"]): string[] =>
    running.flatMap(([name, { datastores }]) =>
      when(
        Object.values<Datastore>(datastores).some((datastore) => datastore.engine === engine),
        name,
      ),
    );
  const [onRedis, onMessaging] = [using("redis"), using("messaging")];
  return [
    ...when(onRedis.length > 0 && cloud.network === undefined, {
      path: "fleet:network",
      message: `is missing; Redis is reached through a VPC network (by ${onRedis.join(", ")}); allowed: the name of an existing one`,
      ...orFewer(of.settings, curedBy({ stack, key: "fleet:network", value: "default" })),
    }),
    ...when(onMessaging.length > 0 && cloud.messagingAccount === undefined, {
      path: "fleet:messagingAccount",
      message: `is missing; SNS and SQS belong to an AWS account (for ${onMessaging.join(", ")}); allowed: its 12 digits`,
      ...orFewer(of.settings, curedBy({ stack, key: "fleet:messagingAccount", value: "<account>" })),
    }),
    ...running.flatMap(([name, system]) => outsideProblems(name, system, of.settings)),
    ...rotationProblems(of),
    ...rekeyProblems(of),
  ];
};

type Cured = ReturnType<typeof curedBy>;

/** Where every system runs, the cure besides is to name those that shall. */
const orFewer = ({ systems, stack }: Settings, { cure, change }: Cured): Cured => {
  const fewer = curedBy({ stack, key: "fleet:systems", at: 0, value: "booking" }).cure;
  return { cure: systems.includes("all") ? `${cure}, or name the systems that run: ${fewer}` : cure, change };
};

const outsideProblems = (name: string, system: System, { secrets, stack }: Settings): Problem[] =>
  Object.entries(system.secrets)
    .filter(([, spec]) => "fromOutside" in spec)
    .map(([secret]) => secretName({ system: name, secret }))
    .filter((secret) => !secrets.includes(secret))
    .map((secret) => ({
      path: `fleet:secrets.${secret}`,
      message: "is missing; a random value would open nothing; allowed: the value that its owner gave you",
      ...curedBy({ stack, key: "fleet:secrets", at: secret, secret: true }),
    }));

const rotationProblems = ({ cloud, secretNames, settings: { secrets, stack } }: Judging): Problem[] =>
  Object.keys(cloud.rotations).flatMap((secret) => {
    const cured = curedBy({ stack, key: "fleet:rotations", at: secret });
    const path = `fleet:rotations.${secret}`;
    if (!secretNames.includes(secret)) {
      const message = `is not a secret of the catalogue.${suggestion(secret, secretNames)}`;
      return [{ path, message: `${message} Secrets: ${secretNames.join(", ")}`, ...cured }];
    }
    const message = "counts rotations of a secret whose value fleet:secrets gives";
    return when(secrets.includes(secret), { path, message, ...cured });
  });

/** Once nobody has the password of before, the count cannot go back to it. */
const rekeyProblems = ({ cloud, settings: { stack } }: Judging): Problem[] =>
  Object.entries(cloud.rekeyed).flatMap(([secret, rekeyed]) => {
    const rotation = cloud.rotations[secret] ?? 0;
    return when(rekeyed > rotation, {
      path: `fleet:rekeyed.${secret}`,
      message: `says that rotation ${rekeyed} is finished, and fleet:rotations counts ${rotation}; allowed: up to ${rotation}`,
      ...curedBy({ stack, key: "fleet:rotations", at: secret, value: String(rekeyed) }),
    });
  });
