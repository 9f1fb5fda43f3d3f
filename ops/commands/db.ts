import { execInForeground } from "../../docker/exec";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { clientCommand } from "../data/client";
import { openStack } from "../stack/running";
import { isSql, selectDatastore } from "../stack/select";
import { requireRecord, requireState } from "../stack/guards";

type Options = { stack: string; database?: string };

export const register: Register = (program) => {
  const db = program.command("db").description("work with a datastore");
  withStack(db.command("shell"))
    .description("open psql, mariadb or redis-cli, for example: db shell leads, db shell leads/redis")
    .argument("<datastore>", "a system (its main database), or system/datastore")
    .option("-d, --database <name>", "a database of a server that has several; of Redis, its number")
    .action(withExitCode(dbShell));
};

/** Opens the datastore's own client; SQL can be piped into it. */
export const dbShell = async (name: string, { stack, database }: Options): Promise<number> => {
  const running = await openStack(stack);
  const datastore = selectDatastore({ name, datastores: running.datastores });
  if (isSql(datastore.engine)) requireRecord({ running, fact: "which databases there are" });
  const client = clientCommand({ datastore, database });
  await requireState({ running, parts: [datastore], are: "running" });
  return execInForeground({ docker: running.docker, container: datastore.container, ...client });
};
