import { readFileSync } from "node:fs";
import { ProblemsError, suggestion } from "../infra/problems";
import { digestOf, inOffline } from "./digest";

/** Every stand-in image's name begins so: none is ever taken for the official one. */
export const standInImagePrefix = "fleet-offline/";

export const labels = { standIn: "dev.fleet.stand-in", recipe: "dev.fleet.recipe" } as const;

/** The recipe of one image. Without `from` it is a root file system of the Debian release `suite`. */
export type Recipe = { image: string; folder: string } & ({ suite: string } | { from: string });

/** The recipes, in an order in which they can be made. */
export const recipes: readonly Recipe[] = [
  { image: "debian:bookworm-slim", folder: "debian", suite: "bookworm" },
  { image: "debian:trixie-slim", folder: "debian", suite: "trixie" },
  { image: "python:3.13-slim-trixie", folder: "python", from: "debian:trixie-slim" },
  { image: "postgres:15-bookworm", folder: "postgres", from: "debian:bookworm-slim" },
  { image: "mariadb:11", folder: "mariadb", from: "debian:trixie-slim" },
  { image: "mysql:8.0", folder: "mysql", from: "debian:trixie-slim" },
  { image: "mysql:8.4", folder: "mysql", from: "debian:trixie-slim" },
  { image: "redis:7-bookworm", folder: "redis", from: "debian:bookworm-slim" },
  { image: "registry:2", folder: "registry", from: "debian:bookworm-slim" },
  { image: "localstack/localstack:4.14.0", folder: "localstack", from: "python:3.13-slim-trixie" },
];

/** The certificates that this machine trusts become part of every image. */
const TRUST = "/etc/ssl/certs/ca-certificates.crt";

/** The recipes of these images and of what they are made from, in order. */
export const recipesFor = (images: readonly string[]): Recipe[] => {
  const wanted = new Set(images.flatMap((image) => chain(recipeOf(image))));
  return recipes.filter((recipe) => wanted.has(recipe));
};

/** Changes with the recipe, and with those it stands on. */
export const recipeDigest = (recipe: Recipe): string =>
  digestOf({
    root: inOffline("images"),
    sources: contextOf(recipe),
    facts: [
      recipe.image,
      ...("from" in recipe ? [recipeDigest(recipeOf(recipe.from))] : [recipe.suite, readFileSync(TRUST, "utf8")]),
    ],
  });

/** The files that a build gets to see, in offline/images. */
export const contextOf = ({ folder }: Recipe): string[] =>
  ["postgres", "mariadb", "mysql"].includes(folder) ? [folder, "entrypoint.sh"] : [folder];

const chain = (recipe: Recipe): Recipe[] => ["from" in recipe ? chain(recipeOf(recipe.from)) : [], recipe].flat();

const recipeOf = (image: string): Recipe => {
  const found = recipes.find((recipe) => recipe.image === image);
  if (found) return found;
  const known = recipes.map((recipe) => recipe.image);
  throw new ProblemsError([
    {
      path: `base image ${image}`,
      message: `there is no stand-in for it; there are ${known.join(", ")}.${suggestion(image, known)}`,
      cure: "add a recipe in offline/images.ts, or name a mirror that has the image with FLEET_IMAGE_PREFIX",
    },
  ]);
};
