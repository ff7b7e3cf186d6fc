import type { Progress } from '../core/cancel.js'

/** Progress on stderr, in one line, only for a person who looks; undefined for nobody. */
export function progressFor(quiet: boolean): ((progress: Progress) => void) | undefined {
  return quiet || !process.stderr.isTTY ? undefined : show
}

export function endProgress(quiet: boolean): void {
  if (progressFor(quiet)) process.stderr.write('\r\u001b[K')
}

function show({ done, total, what }: Progress): void {
  const part = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''
  process.stderr.write(`\r\u001b[K${what}${part}`)
}
