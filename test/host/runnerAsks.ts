import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The other side is src/tools/vscodeHost/asks.mjs. */
type Ask =
  | { readonly do: 'shot'; readonly name: string }
  | { readonly do: 'clickInPanel'; readonly name: string }
  | { readonly do: 'panelText' }

/** Has the runner do in the window what the extension host cannot, and waits until it is done. */
export function ask(question: Ask): Promise<unknown> {
  const folder = process.env.HOST_TEST_ASKS
  if (folder === undefined) throw new Error('HOST_TEST_ASKS is not set: run by `npm run test:host`')
  const name = randomUUID() // Each test file is a bundle with a copy of this module.
  return new Promise((resolve, reject) => {
    const watcher = watch(folder, () => {
      let reply: { readonly value?: unknown; readonly error?: string }
      try {
        reply = JSON.parse(readFileSync(join(folder, `${name}.answer`), 'utf8'))
      } catch {
        return // Not there yet.
      }
      watcher.close()
      if (reply.error === undefined) resolve(reply.value)
      else reject(new Error(reply.error))
    })
    writeFileSync(join(folder, `${name}.part`), JSON.stringify(question))
    renameSync(join(folder, `${name}.part`), join(folder, `${name}.ask`))
  })
}
