import path from "node:path";

export const pluginNames = ["docker", "random", "gcp"] as const;
export type PluginName = (typeof pluginNames)[number];

/** A program that is built from Go modules. */
export type Program = {
  /** Folder of its Go module, in offline/pulumi. */
  module: string;
  /** Go package to build. */
  package: string;
  /** The files in offline/pulumi that its build depends on. */
  sources: string[];
  version: string;
  /** Go variables that tell the program its version. */
  variables: Record<string, string>;
  /** Relative to PULUMI_HOME; the places where Pulumi itself looks. */
  target: string;
};

export const cliFolder = (version: string): string => path.join("versions", version, "bin");

/** The command line, and the host that runs Node programs for it. */
export const cliPrograms = (version: string): Program[] => [
  {
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    sources: ["cli/go.mod", "cli/go.sum"],
    version,
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${version}` },
    target: path.join(cliFolder(version), "pulumi"),
  },
  {
    module: "cli",
    package: "./language-host",
    sources: ["cli/go.mod", "cli/go.sum", "cli/language-host"],
    version,
    variables: { "main.version": `${version}+stand-in` },
    target: path.join(cliFolder(version), "pulumi-language-nodejs"),
  },
];

export const pluginProgram = ({ name, version }: { name: PluginName; version: string }): Program => ({
  module: "plugins",
  package: `./${name}`,
  sources: ["go.mod", "go.sum", "standin", name, ...(name === "gcp" ? [] : [`shims/${name}`])].map((source) =>
    path.join("plugins", source),
  ),
  version,
  variables: { "fleet/offline/plugins/standin.Version": version },
  target: path.join("plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`),
});
