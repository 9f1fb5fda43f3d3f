import type { Pair } from "./pair";
import { DOCS, INSERT, instance, INSTANCES, REST } from "./sql";

const PATCH = `PATCH ${INSTANCES}/main`;
const MAIN = [[INSERT, instance({ dataDiskSizeGb: "20" })]] as const;

/** Changes and removals that Cloud SQL does not take. */
export const sqlChanges: readonly Pair[] = [
  {
    what: "a smaller disk",
    from: `${DOCS}/edit-instance`,
    given: MAIN,
    ask: PATCH,
    wrong: { settings: { dataDiskSizeGb: "10" } },
    right: { settings: { dataDiskSizeGb: "30" } },
    says: /The disk size cannot be decreased from 20GB to 10GB/,
  },
  {
    what: "another kind of disk",
    from: `${DOCS}/edit-instance`,
    given: MAIN,
    ask: PATCH,
    wrong: { settings: { dataDiskType: "PD_HDD" } },
    right: { settings: { dataDiskType: "PD_SSD" } },
    says: /data disk type cannot be changed from PD_SSD to PD_HDD/,
  },
  {
    what: "another region",
    from: `${REST}/instances/patch`,
    given: MAIN,
    ask: PATCH,
    wrong: { region: "us-east1" },
    right: { region: "us-central1" },
    says: /Field 'region' is immutable and cannot be changed/,
  },
  {
    what: "an older version",
    from: `${DOCS}/upgrade-major-db-version-inplace`,
    given: MAIN,
    ask: PATCH,
    wrong: { databaseVersion: "POSTGRES_14" },
    right: { databaseVersion: "POSTGRES_15" },
    says: /an instance of POSTGRES_15 cannot become one of POSTGRES_14/,
  },
  {
    what: "an end of what is protected",
    from: `${DOCS}/deletion-protection`,
    given: [
      [INSERT, instance({ deletionProtectionEnabled: true })],
      [INSERT, instance({}, { name: "other" })],
    ],
    ask: `DELETE ${INSTANCES}/other`,
    wrongAsk: `DELETE ${INSTANCES}/main`,
    says: /The instance is protected/,
  },
];
