import type { BenchmarkRule } from "../benchmarks";
import { at, listAt, textAt, UNKNOWN, when, type Rule } from "../rule";
import { SQL_INSTANCE } from "../types";

type Engine = "POSTGRES" | "MYSQL" | "SQLSERVER";

/** A flag of Cloud SQL: what it has to be, and what it is where nobody sets it. */
type Flag = {
  engine: Engine;
  flag: string;
  wanted: string;
  unset: string;
  why: string;
  covers: readonly BenchmarkRule[];
};

const onFor = (flag: string, why: string, covers: readonly BenchmarkRule[]): Flag => ({
  ...{ engine: "POSTGRES", flag, wanted: "on", unset: "off", why, covers },
});

/**
 * Flags of the benchmarks. What they ask for besides is not held here: log_min_duration_statement off (a slow statement is
 * what one looks for), pgAudit, log_statement and log_hostname (docs/decisions, 37).
 */
const flags: readonly Flag[] = [
  onFor("log_checkpoints", "a server that only writes is not seen", ["CKV_GCP_51", "GCP-0025"]),
  onFor("log_connections", "who came is not known", ["CKV_GCP_52", "GCP-0016", "CIS 6.2.2"]),
  onFor("log_disconnections", "how long somebody stayed is not known", ["CKV_GCP_53", "GCP-0022", "CIS 6.2.3"]),
  onFor("log_lock_waits", "what waits for what is not known", ["CKV_GCP_54", "GCP-0020"]),
  {
    ...{ engine: "POSTGRES", flag: "log_temp_files", wanted: "0", unset: "-1" },
    why: "queries that outgrow memory are not seen",
    covers: ["CKV_GCP_56", "GCP-0014"],
  },
  {
    ...{ engine: "MYSQL", flag: "local_infile", wanted: "off", unset: "on" },
    why: "a client's files can be read through it",
    covers: ["CKV_GCP_50", "GCP-0026", "CIS 6.1.3"],
  },
  {
    ...{ engine: "SQLSERVER", flag: "cross db ownership chaining", wanted: "off", unset: "off" },
    why: "the owner of one database reaches another",
    covers: ["CKV_GCP_58", "GCP-0019"],
  },
  {
    ...{ engine: "SQLSERVER", flag: "contained database authentication", wanted: "off", unset: "off" },
    why: "whoever owns a database lets people into the server",
    covers: ["CKV_GCP_59", "GCP-0023"],
  },
];

const nameOf = ({ flag }: Flag): string => `sql-${flag.replaceAll(/[ _]/g, "-")}`;

/** One rule for each flag. */
export const flagRules: readonly Rule[] = flags.map((one) => {
  const { engine, flag, wanted, unset, why, covers } = one;
  return {
    name: nameOf(one),
    description: `${flag} is ${wanted} on every instance of ${engine}.`,
    covers,
    types: SQL_INSTANCE,
    mistakes: ({ props }) => {
      if (!textAt(props, "databaseVersion")?.startsWith(engine)) return [];
      const set = listAt(props, "settings.databaseFlags");
      if (at(props, "settings.databaseFlags") === UNKNOWN || set.includes(UNKNOWN)) return [];
      const value =
        textAt(
          set.find((each) => at(each, "name") === flag),
          "value",
        ) ?? unset;
      return when(value !== wanted, `${flag} is ${value}: ${why}; set the flag to ${wanted}`);
    },
  };
});
