import { quoted } from "../../../infra/cures";

/**
 * The shell's completion script for `fleet` and `./fleet`: a shell looks only at the name. Both
 * scripts ask this clone, so that they never age; they also define `fleet` as a shell function if it is not a command yet.
 */
export const scriptFor = ({ shell, launcher }: { shell: "bash" | "zsh"; launcher: string }): string => {
  const word = quoted(launcher);
  return `command -v fleet >/dev/null 2>&1 || fleet() { ${word} "$@"; }\n${shell === "bash" ? bash(word) : zsh(word)}`;
};

const bash = (launcher: string): string => `_fleet() {
  local IFS=$'\\n'
  COMPREPLY=($(${launcher} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _fleet fleet
`;

const zsh = (launcher: string): string => `_fleet() {
  local -a found
  found=("\${(@f)$(${launcher} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _fleet fleet
`;
