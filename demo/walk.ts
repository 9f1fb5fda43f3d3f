import type Docker from "dockerode";
import type { Service } from "../ops/stack/health";
import { bookingStory } from "./booking";
import { callcenterStory } from "./callcenter";
import { leadsStory } from "./leads";
import { marketplaceStory } from "./marketplace";
import { meetStory } from "./meet";
import { Story, type Tell } from "./story";
import { tokenOf } from "./token";

type Walked = { services: readonly Service[]; docker: Docker };
type Print = (line: string) => void;
type Chapter = { title: string; needs: string[]; walk: (tell: Tell) => Promise<void> };

/** Walks through every API of the stack and prints each step. Resolves to the numbers of steps and failures. */
export const walk = async (of: Walked & { print: Print }): Promise<{ steps: number; failures: number }> => {
  const story = new Story(of.print);
  for (const { title, needs, walk } of chapters(of)) {
    const missing = needs.filter((name) => !of.services.some((service) => nameOf(service) === name));
    if (missing.length > 0) story.aside(`${title}: not in this stack (${missing.join(", ")})`);
    else await story.chapter(title, walk);
  }
  return { steps: story.steps, failures: story.failures };
};

const chapters = ({ services, docker }: Walked): Chapter[] => {
  // Names of this run's own, so that it can be repeated: data stays.
  const run = Date.now().toString(36);
  const service = (name: string): Service => services.find((candidate) => nameOf(candidate) === name)!;
  const url = (name: string): string => service(name).url ?? "";
  const token = (name: string): Promise<string> => tokenOf({ docker, container: service(name).container });
  const archive = services.some((candidate) => nameOf(candidate) === "callcenter/migrate-mariadb");
  return [
    {
      title: "Booking: a table for four",
      needs: ["booking/usuarios", "booking/reservas"],
      walk: (tell) => {
        const [usuarios, reservas] = [{ url: url("booking/usuarios") }, { url: url("booking/reservas") }];
        return bookingStory({ usuarios, reservas, run }, tell);
      },
    },
    {
      title: "Marketplace: coffee, cheaper for a moment",
      needs: ["marketplace/web"],
      walk: (tell) => marketplaceStory({ url: url("marketplace/web"), run }, tell),
    },
    {
      title: "Leads: one by one and by file",
      needs: ["leads/web"],
      walk: async (tell) => leadsStory({ url: url("leads/web"), token: await token("leads/web"), run }, tell),
    },
    {
      title: "Meet: one meeting at a time",
      needs: ["meet/web"],
      walk: (tell) => meetStory({ url: url("meet/web"), run }, tell),
    },
    {
      title: "CallCenter: from the queue to the archive",
      needs: ["callcenter/web"],
      walk: async (tell) => {
        const of = { url: url("callcenter/web"), token: await token("callcenter/web"), run, archive };
        return callcenterStory(of, tell);
      },
    },
  ];
};

const nameOf = ({ system, service }: Service): string => `${system}/${service}`;
