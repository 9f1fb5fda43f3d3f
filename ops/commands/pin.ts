import { Argument } from "commander";
import { REGISTRY_IMAGE } from "../../rehearsal/registry-image";
import { baseImages } from "../start/base-images";
import { ensureEngine } from "../start/engine";
import { pinArchives, pinImages } from "../start/pin";
import { withExitCode, type Register } from "../terminal/command-line";
import { tell } from "../terminal/phase";

const WHAT = ["tools", "images"] as const;
type What = (typeof WHAT)[number];

export const register: Register = (program) => {
  program
    .command("pin")
    .description("record what downloads have to be: checksums of Pulumi's CLI and plugins, digests of base images")
    .addArgument(new Argument("[what...]", "default: both").choices(WHAT))
    .action(withExitCode(pin));
};

/** Writes the files that downloads and builds are checked against; a person reads the difference and commits it. */
export const pin = async (named: What[]): Promise<number> => {
  const wanted = named.length > 0 ? named : WHAT;
  if (wanted.includes("tools")) told("ops/start/checksums.json", await pinArchives({ report: tell("tools") }));
  if (wanted.includes("images")) {
    const report = tell("images");
    const { docker } = await ensureEngine(report);
    told("infra/targets/digests.json", await pinImages({ docker, images: [...baseImages(), REGISTRY_IMAGE], report }));
  }
  return 0;
};

const told = (file: string, changed: boolean): void =>
  void process.stdout.write(
    changed ? `${file} changed: read the difference, then commit it\n` : `${file}: as it was\n`,
  );
