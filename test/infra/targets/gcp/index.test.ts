import { expect } from "chai";
import { counts, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { ACCESSOR, askedOfGoogle, INSTANCE, INVOKER, JOB, ofType, SECRET_VERSION, SERVICE, SQL_USER } from "../cloud";

describe("the target gcp", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("asks for nothing but what booking needs", () => {
    expect(counts(prod)).to.deep.equal({
      "docker:index/registryImage:RegistryImage": 4,
      "docker:index/remoteImage:RemoteImage": 2,
      "docker:index/tag:Tag": 4,
      "fleet:gcp:Foundation": 1,
      "fleet:gcp:Service": 6,
      "fleet:gcp:SqlServer": 1,
      "fleet:gcp:System": 1,
      "fleet:gcp:Watching": 1,
      "gcp:artifactregistry/repository:Repository": 1,
      [JOB]: 5,
      "gcp:cloudrunv2/jobIamMember:JobIamMember": 2,
      "gcp:cloudscheduler/job:Job": 2,
      [SERVICE]: 2,
      [INVOKER]: 1,
      "gcp:monitoring/alertPolicy:AlertPolicy": 5,
      "gcp:monitoring/notificationChannel:NotificationChannel": 1,
      "gcp:projects/iAMMember:IAMMember": 7,
      "gcp:projects/service:Service": 9,
      "gcp:secretmanager/secret:Secret": 7,
      [ACCESSOR]: 19,
      [SECRET_VERSION]: 7,
      "gcp:serviceaccount/account:Account": 8,
      "gcp:sql/database:Database": 2,
      [INSTANCE]: 1,
      [SQL_USER]: 3,
      "pulumi:providers:docker": 1,
      "random:index/randomPassword:RandomPassword": 5,
    });
  });
});

describe("the deletion protection", () => {
  const DATABASE = "gcp:sql/database:Database";
  const REPOSITORY = "gcp:artifactregistry/repository:Repository";

  /** All that is asked for, and the switches against deletion, Google's and Pulumi's, that are on in it: `<type> <key>`. */
  const switchesOf = async (deletionProtection: boolean) => {
    const asked = await askedOfGoogle({ settings: everySystem, cloud: { deletionProtection } });
    const on = asked.flatMap(({ type, inputs, options }) =>
      leavesOf({ inputs, options })
        .filter(([key, value]) => /deletion_?protection|^protect$|^retainOnDelete$/i.test(key) && value === true)
        .map(([key]) => `${type} ${key}`),
    );
    return { asked, on };
  };

  const leavesOf = (value: object): [key: string, value: unknown][] =>
    Object.entries(value).flatMap(([key, inner]) =>
      inner !== null && typeof inner === "object" ? leavesOf(inner) : [[key, inner]],
    );

  it("holds for every database and the images; services, jobs and pools hold nothing", async () => {
    const { asked, on } = await switchesOf(true);
    const protectedBy = {
      [INSTANCE]: ["deletionProtection", "deletionProtectionEnabled", "protect"],
      [DATABASE]: ["protect"],
      [REPOSITORY]: ["retainOnDelete"],
    };
    const expected = Object.entries(protectedBy).flatMap(([type, keys]) =>
      ofType(asked, type).flatMap(() => keys.map((key) => `${type} ${key}`)),
    );
    expect(on).to.have.members(expected);
  });

  it("is off everywhere when it is lifted, and backups still outlive their instance", async () => {
    const { asked, on } = await switchesOf(false);
    expect(on).to.deep.equal([]);
    for (const { inputs, name } of ofType(asked, INSTANCE))
      expect(inputs["settings"], name).to.include({ deletionProtectionEnabled: false, retainBackupsOnDelete: true });
  });
});
