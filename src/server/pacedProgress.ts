import type { WorkDoneProgressReporter } from 'vscode-languageserver/node'
import type { Progress } from '../core/cancel.js'

/** At most one message per percent. */
export function paced(reporter: WorkDoneProgressReporter): (progress: Progress) => void {
  let last = ''
  return ({ done, total, what }) => {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0
    if (last === `${percent} ${what}`) return
    last = `${percent} ${what}`
    reporter.report(percent, what)
  }
}
