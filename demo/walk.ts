import type { Service } from "../ops/stack/health";
import { bookingStory } from "./booking";
import { callcenterStory } from "./callcenter";
import type { Access } from "./client";
import { leadsStory } from "./leads";
import { marketplaceStory } from "./marketplace";
import { meetStory } from "./meet";
import { Story, type Tell } from "./story";

/** The services of a stack, and how a client gets to them. */
export type Walked = {
  services: readonly Service[];
  accessTo: (service: Service) => Promise<Access>;
  /** The token of the user `demo`, who is made where there is none. */
  tokenOf: (service: Service) => Promise<string>;
};

type Print = (line: string) => void;
/** The story of a system; it can be told again and again. */
export type Chapter = { title: string; system: string; needs: string[]; walk: (tell: Tell) => Promise<void> };

/** Walks through every API of the stack and prints each step. Resolves to the numbers of steps and failures. */
export const walk = async (of: Walked & { print: Print }): Promise<{ steps: number; failures: number }> => {
  const story = new Story(of.print);
  for (const { title, needs, walk } of chapters(of)) {
    const missing = missingOf(needs, of);
    if (missing.length > 0) story.aside(`${title}: not in this stack (${missing.join(", ")})`);
    else await story.chapter(title, walk);
  }
  return { steps: story.steps, failures: story.failures };
};

/** The chapters whose services are there. */
export const chaptersOf = (of: Walked): Chapter[] =>
  chapters(of).filter(({ needs }) => missingOf(needs, of).length === 0);

const missingOf = (needs: readonly string[], { services }: Walked): string[] =>
  needs.filter((name) => !services.some((service) => nameOf(service) === name));

const chapters = ({ services, accessTo, tokenOf }: Walked): Chapter[] => {
  // Names of this run's own, so that it can be repeated: data stays.
  const run = Date.now().toString(36);
  const service = (name: string): Service => services.find((candidate) => nameOf(candidate) === name)!;
  const access = (name: string): Promise<Access> => accessTo(service(name));
  const token = (name: string): Promise<string> => tokenOf(service(name));
  const archive = services.some((candidate) => nameOf(candidate) === "callcenter/migrate-mariadb");
  return [
    {
      system: "booking",
      title: "Booking: a table for four",
      needs: ["booking/usuarios", "booking/reservas"],
      walk: async (tell) => {
        const [usuarios, reservas] = [await access("booking/usuarios"), await access("booking/reservas")];
        return bookingStory({ usuarios, reservas, run }, tell);
      },
    },
    {
      system: "marketplace",
      title: "Marketplace: coffee, cheaper for a moment",
      needs: ["marketplace/web"],
      walk: async (tell) => marketplaceStory({ ...(await access("marketplace/web")), run }, tell),
    },
    {
      system: "leads",
      title: "Leads: one by one and by file",
      needs: ["leads/web"],
      walk: async (tell) => leadsStory({ ...(await access("leads/web")), token: await token("leads/web"), run }, tell),
    },
    {
      system: "meet",
      title: "Meet: one meeting at a time",
      needs: ["meet/web"],
      walk: async (tell) => meetStory({ ...(await access("meet/web")), run }, tell),
    },
    {
      system: "callcenter",
      title: "CallCenter: from the queue to the archive",
      needs: ["callcenter/web"],
      walk: async (tell) => {
        const of = { ...(await access("callcenter/web")), token: await token("callcenter/web"), run, archive };
        return callcenterStory(of, tell);
      },
    },
  ];
};

const nameOf = ({ system, service }: Service): string => `${system}/${service}`;
