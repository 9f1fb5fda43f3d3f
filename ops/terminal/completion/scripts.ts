/**
 * What a shell reads to complete our words. Both ask `fleet complete`, so that the scripts never age; they also make
 * `fleet` a word of the shell, for this clone, where there is no such command.
 */
export const scriptFor = ({ shell, command }: { shell: "bash" | "zsh"; command: string }): string =>
  `${define(command)}\n${shell === "bash" ? BASH : ZSH}`;

const define = (command: string): string =>
  `command -v fleet >/dev/null 2>&1 || fleet() { node '${command.replaceAll("'", `'\\''`)}' "$@"; }`;

const BASH = `_fleet() {
  local IFS=$'\\n'
  COMPREPLY=($(fleet complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _fleet fleet
`;

const ZSH = `_fleet() {
  local -a found
  found=("\${(@f)$(fleet complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _fleet fleet
`;
