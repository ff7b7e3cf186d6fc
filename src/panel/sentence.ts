/** Starts a sentence; a word such as vCPUs keeps its own spelling. */
export function upperFirst(text: string): string {
  return /^[a-z](?![A-Z])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}

/** Goes on after a colon; a name in capitals keeps its own spelling. */
export function lowerFirst(text: string): string {
  return /^[A-Z](?![A-Z])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
