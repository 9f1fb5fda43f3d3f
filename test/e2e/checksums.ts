import type Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { databaseCommand } from "../../ops/data/client";
import type { RunningDatastore, RunningStack } from "../../ops/stack/running";

/** A checksum and a number of rows for each table of each SQL database, and one for each Redis, by where it is. */
export const checksums = async ({
  docker,
  datastores,
  redisKeys = "*",
}: Pick<RunningStack, "docker" | "datastores"> & { redisKeys?: string }): Promise<Record<string, string>> => {
  const entries = await Promise.all(datastores.map((datastore) => ofDatastore({ docker, datastore, redisKeys })));
  return Object.fromEntries(entries.flat().sort());
};

type Of = { docker: Docker; datastore: RunningDatastore };

const ofDatastore = async ({
  docker,
  datastore,
  redisKeys,
}: Of & { redisKeys: string }): Promise<[string, string][]> => {
  const { engine, databases: own, container, system, name } = datastore;
  if (engine === "messaging") return [];
  if (engine === "redis") {
    const { stdout } = await execCaptured({
      docker,
      container,
      command: ["redis-cli", "EVAL", ALL_KEYS, "0", redisKeys],
    });
    return [[`${system}/${name}`, stdout.trim()]];
  }
  const databases = own.map(async ({ name: database }): Promise<[string, string][]> => {
    const tables = await ask({ docker, datastore, database, query: tablesOf[engine] });
    if (tables.length === 0) return [];
    // One client for all tables: it costs more than the sums.
    const lines = await ask({ docker, datastore, database, query: tables.map(sumOf[engine]).join(";") });
    const each = lines.length / tables.length;
    return tables.map((table, index) => [
      `${system}/${name}/${database}/${table}`,
      lines.slice(index * each, (index + 1) * each).join(" "),
    ]);
  });
  return (await Promise.all(databases)).flat();
};

const ask = async (of: Of & { database: string; query: string }): Promise<string[]> => {
  const { code, stdout, stderr } = await execCaptured({
    docker: of.docker,
    container: of.datastore.container,
    ...databaseCommand(of),
  });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().split("\n").filter(Boolean);
};

const postgresTables =
  "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
const tablesOf = {
  postgres: postgresTables,
  postgis: postgresTables,
  mariadb: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
};

const postgresSum = (table: string): string =>
  `SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM ${table} t`;
const sumOf = {
  postgres: postgresSum,
  postgis: postgresSum,
  mariadb: (table: string) => `SELECT COUNT(*) FROM \`${table}\`; CHECKSUM TABLE \`${table}\``,
};

/** Every key with its value, over all that is there. Sets and hashes have no order of their own: a reload changes it. */
const ALL_KEYS = `
local function content(key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'set' and kind ~= 'hash' then return redis.call('DUMP', key) end
  local flat = redis.call(kind == 'set' and 'SMEMBERS' or 'HGETALL', key)
  local parts = {}
  for at = 1, #flat, kind == 'set' and 1 or 2 do
    parts[#parts + 1] = flat[at] .. '=' .. (kind == 'set' and '' or flat[at + 1])
  end
  table.sort(parts)
  return table.concat(parts, ' ')
end
local keys = redis.call('KEYS', ARGV[1])
table.sort(keys)
local sum = ''
for _, key in ipairs(keys) do sum = redis.sha1hex(sum .. key .. content(key)) end
return #keys .. ' ' .. sum`;
