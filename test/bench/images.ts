import type Docker from "dockerode";
import type { Session } from "../../ops/start/set-up";
import { webServices } from "./instance";
import type { Result } from "./table";

/** A step of an image's making as the engine lists it, from the first on. */
export type Step = { created: number; createdBy: string; bytes: number };

/** PostGIS needs GDAL, GEOS and PROJ, and their data. */
const WITH_GDAL = ["marketplace"];

/** The size of each production image, and of all together where a layer that several have counts once. */
export const measureImages = async ({ session }: { session: Session }): Promise<Result[]> => {
  const images = await Promise.all(
    (await webServices(session)).map(async ({ image, container }) => ({
      image,
      steps: await stepsOf({ docker: session.docker, id: container.Image }),
    })),
  );
  const sizes = images.map(({ image, steps }) => ({ image, size: megabytes(sum(steps)) }));
  return [
    ...sizes.map(({ image, size }) => ({
      name: `image ${image}`,
      unit: "MB" as const,
      ours: [size],
      aim: `up to ${WITH_GDAL.includes(image) ? 330 : 190} MB`,
    })),
    {
      name: "all images together",
      unit: "MB",
      ours: [megabytes(bytesTogether(images.map(({ steps }) => steps)))],
      against: "the largest of them",
      theirs: [Math.max(...sizes.map(({ size }) => size))],
      aim: "ratio up to 1.5",
    },
  ];
};

/** Bytes of several images on one disk: steps that two of them begin with are one step there. */
export const bytesTogether = (images: readonly (readonly Step[])[]): number => {
  const layers = new Map<string, number>();
  for (const steps of images) {
    let path = "";
    for (const step of steps) {
      path += `${step.created} ${step.bytes} ${step.createdBy}\n`;
      layers.set(path, step.bytes);
    }
  }
  return [...layers.values()].reduce((all, bytes) => all + bytes, 0);
};

const stepsOf = async ({ docker, id }: { docker: Docker; id: string }): Promise<Step[]> => {
  const history = (await docker.getImage(id).history()) as { Created: number; CreatedBy: string; Size: number }[];
  return history
    .map(({ Created, CreatedBy, Size }) => ({ created: Created, createdBy: CreatedBy, bytes: Size }))
    .reverse();
};

const sum = (steps: readonly Step[]): number => steps.reduce((all, { bytes }) => all + bytes, 0);

const megabytes = (bytes: number): number => bytes / 1e6;
