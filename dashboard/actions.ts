import { LAUNCHER } from "../ops/stack/stack";
import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ActionName, ActionState } from "./messages";

const KEPT_LINES = 200;
const KEPT_ACTIONS = 20;

/** `target` is a part (`leads/web`), a system (`leads`), or nothing: all of the stack. */
type Button = { action: ActionName; target: string | undefined };

/** Runs the commands behind the buttons: the same ones that a person types, each as a process of its own. */
export class Actions extends EventEmitter<{ action: [ActionState] }> {
  readonly states: ActionState[] = [];
  #next = 1;

  constructor(private readonly stack: string) {
    super();
    this.setMaxListeners(0);
  }

  /** The action that runs for the same thing, if one does: pressing twice is once. */
  running({ action, target }: Button): ActionState | undefined {
    return this.states.find(
      (state) => state.action === action && state.target === target && state.exitCode === undefined,
    );
  }

  start({ action, target }: Button): ActionState {
    const args = argumentsFor({ action, target, stack: this.stack });
    const state: ActionState = {
      id: this.#next++,
      action,
      ...(target === undefined ? {} : { target }),
      command: [LAUNCHER, ...args].join(" "),
      lines: [],
    };
    this.states.push(state);
    if (this.states.length > KEPT_ACTIONS) this.states.shift();
    this.#run(state, args);
    return state;
  }

  #run(state: ActionState, args: string[]): void {
    const child = spawn(process.execPath, [path.resolve("ops", "fleet.cjs"), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    const change = (changes: Partial<ActionState>): void => {
      Object.assign(state, changes);
      this.emit("action", state);
    };
    const add = (line: string): void => change({ lines: [...state.lines, line].slice(-KEPT_LINES) });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", add);
    child.on("error", (error) => (add(error.message), change({ exitCode: 1 })));
    child.on("close", (code) => change({ exitCode: code ?? 1 }));
    this.emit("action", state);
  }
}

/** The command line of a button. */
export const argumentsFor = ({ action, target, stack }: Button & { stack: string }): string[] => {
  const names = target === undefined ? [] : [target];
  return action === "snapshot"
    ? ["backup", ...names.flatMap((name) => ["--only", name]), "--stack", stack]
    : [action, ...names, "--stack", stack];
};
