import { useEffect, useState } from "preact/hooks";

const THEMES = { system: "Auto", light: "Light", dark: "Dark" };
type Theme = keyof typeof THEMES;
const KEY = "fleet-theme";

const stored = (): Theme => {
  const kept = localStorage.getItem(KEY) ?? "";
  return Object.hasOwn(THEMES, kept) ? (kept as Theme) : "system";
};

/** Light, dark or as the machine is; kept in this browser. */
export const ThemeChoice = () => {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new Event("themechange"));
  }, [theme]);
  return (
    <label class="theme">
      <span class="hidden">Colours</span>
      <select value={theme} onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}>
        {Object.entries(THEMES).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
};

/** Counts up whenever the colours change: what is drawn on a canvas has to be drawn again. */
export const useThemeVersion = (): number => {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const changed = (): void => setVersion((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    addEventListener("themechange", changed);
    system.addEventListener("change", changed);
    return () => {
      removeEventListener("themechange", changed);
      system.removeEventListener("change", changed);
    };
  }, []);
  return version;
};
