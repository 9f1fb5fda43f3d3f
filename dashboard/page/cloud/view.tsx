import { useNow, type Shown } from "../live";
import { Change } from "./change";
import { Findings, Secrets, ServerCard } from "./data";
import { JobCard } from "./jobs";
import { Group } from "./pieces";
import { PoolCard, ServiceCard } from "./serving";

/** All that a cloud says of a stack, API by API. */
export const CloudView = (shown: Shown) => {
  const now = useNow();
  const { cloud } = shown.picture;
  if (!cloud) return <p class="empty">{shown.picture.stack} does not run on Google Cloud.</p>;
  const of = { ...shown, now };
  return (
    <div class="cloud">
      <header class="heading">
        <h1>{cloud.project}</h1>
        <p class="hint">
          {cloud.region}, a Google Cloud rehearsed at <code>{cloud.address.replace(/^https?:\/\//, "")}</code>. This
          page only looks.
        </p>
      </header>
      <Change change={cloud.change} />
      <Findings report={cloud.report} />
      <Group title="Services" seen={cloud.services} none="There is no service.">
        {(service) => <ServiceCard key={service.name} {...of} service={service} />}
      </Group>
      <Group title="Worker pools" seen={cloud.pools} none="There is no worker pool.">
        {(pool) => <PoolCard key={pool.name} {...of} pool={pool} />}
      </Group>
      <Group title="Jobs" seen={cloud.jobs} none="There is no job.">
        {(job) => <JobCard key={job.name} {...of} job={job} />}
      </Group>
      <div class="side-by-side">
        <Group title="Cloud SQL" seen={cloud.sql} none="There is no instance.">
          {(server) => <ServerCard key={server.name} {...of} server={server} />}
        </Group>
        <Group title="Memorystore for Redis" seen={cloud.redis} none="There is no instance.">
          {(server) => <ServerCard key={server.name} {...of} server={server} />}
        </Group>
      </div>
      <Secrets secrets={cloud.secrets} />
    </div>
  );
};
