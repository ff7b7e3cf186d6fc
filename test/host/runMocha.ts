import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Mocha from 'mocha'

/** Called by VS Code in the extension host; what is logged with `[t]` reaches the runner. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: Report })
  const tests = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'))
  for (const name of tests.sort()) mocha.addFile(join(__dirname, name))
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes: passed, pending } = runner.stats ?? { passes: 0, pending: 0 }
      tell(JSON.stringify({ passed, failed: failures, pending }))
      if (failures === 0) resolve()
      else reject(new Error(`${failures} failed`))
    })
  })
}

class Report extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options)
    runner.on('pass', (test) => tell(`ok ${test.fullTitle()} (${test.duration ?? 0} ms)`))
    runner.on('fail', (test, error) => tell(`FAILED ${test.fullTitle()}\n${error.stack ?? error.message}`))
  }
}

function tell(text: string): void {
  console.log(`[t] ${text}`)
}
