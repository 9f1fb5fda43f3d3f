import { useEffect, useRef, useState } from "preact/hooks";
import type { LogBatch } from "../messages";
import { LogBuffer } from "./logbuffer";

type Of = { parts: readonly string[]; left: (count: number) => void };

/**
 * Follows the logs of parts into a buffer. `left` is called with how many matching lines left at the front; the page is
 * drawn again at most once a frame.
 */
export const useLogStream = ({ parts, left }: Of): { buffer: LogBuffer; connected: boolean; redraw: () => void } => {
  const [buffer] = useState(() => new LogBuffer());
  const [connected, setConnected] = useState(true);
  const [, setVersion] = useState(0);
  const frame = useRef(0);
  const redraw = (): void => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      setVersion((before) => before + 1);
    });
  };
  useEffect(() => {
    const query = new URLSearchParams(parts.map((id) => ["part", id]));
    const source = new EventSource(`/logs?${query}`);
    source.onopen = () => {
      // The server starts again with the last lines of each part.
      buffer.clear();
      setConnected(true);
    };
    source.onerror = () => setConnected(false);
    source.addEventListener("lines", ({ data }: MessageEvent<string>) => {
      left(buffer.add(JSON.parse(data) as LogBatch));
      redraw();
    });
    return () => {
      source.close();
      cancelAnimationFrame(frame.current);
    };
  }, [parts.join(" ")]);
  return { buffer, connected, redraw };
};
