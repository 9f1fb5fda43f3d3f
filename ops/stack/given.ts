import { existsSync } from "node:fs";
import { Document } from "yaml";
import { quoted, type Change } from "../../infra/cures";
import { inOneRound, refuse, type Problem } from "../../infra/problems";
import { parseSettings } from "../../infra/settings/parse";
import type { Settings } from "../../infra/settings/schema";
import { ENCRYPTED, fullKey, textOf, type Config } from "../../infra/settings/stack-file";
import { settingsIn } from "../terminal/command-line";
import { filled } from "../../stacks/wanted";
import { readConfig } from "./config-file";
import { PROJECT, type Stack } from "./stack";

/**
 * The settings of `--config key=value` options as config texts by full key; the declared type of the key decides how
 * its value is read.
 * @throws ProblemsError for each option that has no key or no value.
 */
export const configGiven = (pairs: readonly string[]): Config =>
  Object.fromEntries(
    Object.entries(settingsIn(pairs)).map(([written, value]) => {
      const key = fullKey({ key: written, project: PROJECT });
      return [key, textOf({ key, value, project: PROJECT })];
    }),
  );

type Check = {
  stack: Stack;
  /** The config file that the settings are added to: the stack's own, or the one that a new stack starts from. */
  file: string;
  given: Config;
  /** Defaults for settings that neither sets. */
  defaults?: Config;
  /** The command that was typed, without `--config`. */
  command: string;
  /** Further checks of the settings. */
  planProblems?: (settings: Settings) => readonly Problem[];
};

/**
 * Checks the settings that a command was given together with those of the stack's file, before anything is touched.
 * @throws ProblemsError with every problem found; for a setting that was given the cure is to give another one.
 */
export const checkGiven = ({ stack, file, given, defaults = {}, command, planProblems = () => [] }: Check): void => {
  const own = readConfig(file);
  const { settings, problems } = parseSettings({
    stack: stack.name,
    project: PROJECT,
    config: filled({ ...own.config, ...given }, defaults),
    environment: process.env,
  });
  const all = [...own.problems, ...inOneRound(problems, settings ? planProblems(settings) : [])];
  const isEncrypted = ({ path }: Problem): boolean =>
    Object.entries({ ...own.config, ...given }).some(([key, value]) => value === ENCRYPTED && path.endsWith(key));
  const exists = existsSync(stack.configFile);
  refuse(all.filter((problem) => !isEncrypted(problem)).map(reworded({ given, exists, command })));
};

/** A setting of the command line, or of a stack that is yet to be made, is not in a file that a cure could change. */
const reworded =
  ({ given, exists, command }: { given: Config; exists: boolean; command: string }) =>
  (problem: Problem): Problem => {
    const key = problem.change?.key ?? problem.path.replace(/\..*$/, "");
    const value = given[key];
    if (value === undefined && (exists || problem.change === undefined)) return problem;
    const { change } = problem;
    if (change?.secret)
      return value === undefined
        ? problem
        : { ...problem, cure: `leave out: --config ${key}=..., then ${problem.cure}` };
    if (change === undefined)
      return { ...problem, cure: `${command} --config '${key}=<value>', with an allowed value` };
    if (change.value === undefined && change.at === undefined && value !== undefined)
      return { ...problem, cure: `leave out: --config ${key}=...` };
    return { ...problem, cure: `${command} --config ${quoted(`${key}=${optionValue({ change, given: value })}`)}` };
  };

type Option = { change: Change; given: string | undefined };

/** The value of the option that makes a change; of a list or a map that was given, with its other entries. */
const optionValue = ({ change: { at, value }, given }: Option): string => {
  // An empty value removes the setting.
  if (at === undefined) return value ?? "";
  const structure = structureIn(given);
  const isFitting = typeof at === "number" ? Array.isArray(structure) : !Array.isArray(structure);
  const document = new Document(isFitting && structure ? structure : typeof at === "number" ? [] : {});
  if (value === undefined) document.delete(at);
  else document.set(at, value);
  return document.toString({ collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim();
};

/** The list or map that a config text stands for, if any. */
const structureIn = (text = ""): object | undefined => {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
};
