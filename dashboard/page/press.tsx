import { useState } from "preact/hooks";
import type { ActionName } from "../messages";
import type { Live } from "./live";

const WORDS: Record<ActionName, { label: string; busy: string }> = {
  restart: { label: "Restart", busy: "Restarting" },
  migrate: { label: "Migrate", busy: "Migrating" },
  snapshot: { label: "Snapshot", busy: "Taking a snapshot" },
};

type Of = {
  action: ActionName;
  /** The part or the system; absent for the whole stack. */
  target?: string;
  live: Live;
};

/** Starts a command for a part or a system, and shows that it runs and how it ended. */
export const PressButton = ({ action, target, live }: Of) => {
  const [problem, setProblem] = useState<string>();
  const last = live.actions.findLast((state) => state.action === action && state.target === target);
  const isRunning = last !== undefined && last.exitCode === undefined;
  const press = async (): Promise<void> => setProblem(await start({ action, ...(target !== undefined && { target }) }));
  return (
    <span class="press">
      {problem !== undefined && (
        <span class="failed" role="alert">
          {problem}
        </span>
      )}
      {last?.exitCode !== undefined && (
        <a class={last.exitCode === 0 ? "ended" : "ended failed"} href="#/activity">
          {last.exitCode === 0 ? "done" : "failed"}
        </a>
      )}
      <button
        type="button"
        data-action={action}
        aria-label={`${WORDS[action].label} ${target ?? "all"}`}
        disabled={isRunning || !live.connected}
        onClick={() => void press()}
      >
        {isRunning ? WORDS[action].busy : `${WORDS[action].label}${target === undefined ? " all" : ""}`}
      </button>
    </span>
  );
};

/** Resolves to the error's message; undefined where the command was started. */
const start = async (body: { action: ActionName; target?: string }): Promise<string | undefined> => {
  try {
    const response = await fetch("/actions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.ok ? undefined : ((await response.json()) as { message: string }).message;
  } catch {
    return "the dashboard does not answer";
  }
};
