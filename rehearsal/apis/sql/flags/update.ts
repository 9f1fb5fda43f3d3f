import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Flag } from "./flags";

/**
 * Takes Cloud SQL's flags for Postgres from a clone of github.com/nais/naiserator (MIT License, Copyright (c) 2018 NAV),
 * which keeps them as cloud.google.com/sql/docs/postgres/flags lists them: npx tsx rehearsal/apis/sql/flags/update.ts <clone>
 */
const LISTED = "pkg/resourcecreator/google/sql/instance_flags.go";

/** Its slips of the pen. */
const MEANT: Record<string, string> = {
  default_transaction_deferrablze: "default_transaction_deferrable",
  "pg_bigm.pg_bigm.similarity_limit": "pg_bigm.similarity_limit",
  "pgaudit.pgaudit.log_relation": "pgaudit.log_relation",
  "pglogical.pglogical.use_spi": "pglogical.use_spi",
};

/** Until which major version Postgres has them; a later server does not start with them. */
const UNTIL: Record<string, number> = {
  force_parallel_mode: 15,
  min_parallel_relation_size: 9,
  old_snapshot_threshold: 16,
  replacement_sort_tuples: 10,
  trace_recovery_messages: 16,
};

const MOST = 2 ** 31 - 1;
const whole = (min: number, max: number): Flag => ({ min, max, whole: true });
const yesOrNo: Flag = { values: ["on", "off"] };

/**
 * What it lacks or has in another range, from the same page as github.com/linuxuser586/gcpemu has it (2026), and, for
 * Postgres 18, from Google's release notes of 2025-10-03.
 */
const ALSO: Record<string, Flag> = {
  autovacuum_vacuum_cost_delay: { min: -1, max: 100 },
  autovacuum_vacuum_max_threshold: { ...whole(-1, MOST), since: 18 },
  autovacuum_worker_slots: { ...whole(1, 262_143), since: 18 },
  bgwriter_delay: whole(10, 10_000),
  bgwriter_lru_maxpages: whole(0, 1_073_741_823),
  bgwriter_lru_multiplier: { min: 0, max: 10 },
  client_min_messages: { values: "debug5 debug4 debug3 debug2 debug1 log notice warning error".split(" ") },
  "cloudsql.enable_anon": yesOrNo,
  "cloudsql.enable_index_advisor": yesOrNo,
  "cloudsql.enable_pg_squeeze": yesOrNo,
  "cloudsql.enable_pg_wait_sampling": yesOrNo,
  datestyle: {},
  default_transaction_read_only: yesOrNo,
  effective_io_concurrency: whole(0, 1000),
  enable_distinct_reordering: { ...yesOrNo, since: 18 },
  enable_partitionwise_aggregate: yesOrNo,
  enable_partitionwise_join: yesOrNo,
  enable_self_join_elimination: { ...yesOrNo, since: 18 },
  hash_mem_multiplier: { min: 1, max: 1000 },
  idle_session_timeout: { ...whole(0, MOST), since: 14 },
  intervalstyle: { values: ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] },
  io_max_concurrency: { ...whole(-1, 1024), since: 18 },
  io_method: { values: ["sync", "worker", "io_uring"], since: 18 },
  io_workers: { ...whole(1, 32), since: 18 },
  jit: yesOrNo,
  jit_above_cost: { min: -1, max: Number.MAX_VALUE },
  log_lock_failures: { ...yesOrNo, since: 18 },
  log_timezone: {},
  max_connections: whole(14, 262_143),
  max_files_per_process: whole(64, MOST),
  max_stack_depth: whole(100, 7680),
  // A list of several.
  "pgaudit.log": {},
  plan_cache_mode: { values: ["auto", "force_custom_plan", "force_generic_plan"] },
  search_path: {},
  shared_buffers: whole(16, 1_073_741_823),
  seq_page_cost: { min: 0, max: MOST },
  statement_timeout: whole(0, MOST),
  synchronous_commit: { values: ["local", "on", "off", "remote_apply", "remote_write"] },
  temp_buffers: whole(100, 1_073_741_823),
  timezone: {},
  track_cost_delay_timing: { ...yesOrNo, since: 18 },
  vacuum_cost_delay: { min: 0, max: 100 },
  vacuum_max_eager_freeze_failure_rate: { min: 0, max: 1, since: 18 },
  vacuum_truncate: { ...yesOrNo, since: 18 },
  wal_buffers: whole(-1, 262_143),
  wal_compression: { values: ["on", "off", "pglz", "lz4", "zstd"] },
};

const update = (clone: string): void => {
  const git = (...args: string[]): string => execFileSync("git", ["-C", clone, ...args], { encoding: "utf8" }).trim();
  const [commit = "", date = ""] = git("log", "-1", "--format=%H %cs", "--", LISTED).split(" ");
  const listed = [...git("show", `HEAD:${LISTED}`).matchAll(/^\t"([^"]+)":\s+(.*),$/gm)].map(
    ([, name = "", validator = ""]): [string, Flag] => [MEANT[name] ?? name, flagOf(validator)],
  );
  const limited = listed.map(([name, flag]): [string, Flag] => {
    const until = UNTIL[name];
    return [name, until === undefined ? flag : { ...flag, until }];
  });
  const flags = Object.fromEntries(Object.entries({ ...Object.fromEntries(limited), ...ALSO }).sort());
  const source = `cloud.google.com/sql/docs/postgres/flags, as github.com/nais/naiserator keeps it at ${commit}, and update.ts`;
  writeFileSync(join(import.meta.dirname, "postgres.json"), `${JSON.stringify({ source, date, flags })}\n`);
};

/** A validator of theirs, such as `intWithinRange(-1, maxInt32)`. */
const flagOf = (validator: string): Flag => {
  const values = /^inEnum\(\[\]string\{(.*)\}\)$/.exec(validator)?.[1];
  if (values !== undefined) return { values: values.split(",").map((value) => value.trim().replaceAll('"', "")) };
  const [, kind, min = "", max = ""] = /^(int|float)WithinRange\((.*), (.*)\)$/.exec(validator) ?? [];
  if (kind) return { min: numberOf(min), max: numberOf(max), ...(kind === "int" && { whole: true }) };
  if (validator.startsWith("unit(")) return whole(-1, MOST);
  return validator === "toBool" ? yesOrNo : {};
};

const numberOf = (text: string): number =>
  text === "maxInt32" ? MOST : text === "maxFloat32" ? 3.402_823_5e38 : Number(text);

update(process.argv[2] ?? ".");
