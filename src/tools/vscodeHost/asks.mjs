/**
 * What a test cannot do from inside the extension host it asks of the runner, who holds the window: a screenshot, a
 * click in the panel, the panel's text. A question is a file `<name>.ask` in a folder, the answer `<name>.answer`.
 */
import { readdirSync, watch } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { screenshots } from './places.mjs'

/** Answers until the returned function is called. */
export function answerAsks(folder, page) {
  const taken = new Set()
  let last = Promise.resolve()
  const look = () => {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.ask') || taken.has(name)) continue
      taken.add(name)
      last = last.then(() => answer(folder, name, page))
    }
  }
  const watcher = watch(folder, look)
  look()
  return () => watcher.close()
}

async function answer(folder, name, page) {
  let reply
  try {
    reply = { value: (await act(page, JSON.parse(await readFile(join(folder, name), 'utf8')))) ?? null }
  } catch (error) {
    reply = { error: String(error) }
  }
  const target = join(folder, name.replace(/ask$/, 'answer'))
  await writeFile(`${target}.part`, JSON.stringify(reply))
  await rename(`${target}.part`, target)
}

async function act(page, ask) {
  if (ask.do === 'shot') {
    await mkdir(screenshots, { recursive: true })
    await page.screenshot({ path: join(screenshots, `${ask.name}.png`) })
    console.log(`# screenshot ${ask.name}`)
    return
  }
  const panel = await panelOf(page)
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count.
  if (ask.do === 'panelText') return panel.innerText()
  if (ask.do === 'clickInPanel') return panel.getByRole('button', { name: ask.name }).first().click({ timeout: 10_000 })
  throw new Error(`unknown question ${ask.do}`)
}

/** The webview sits two frames deep; which ones is the editor's own affair. */
async function panelOf(page) {
  for (const frame of page.frames()) {
    const panel = frame.locator('#panel')
    if ((await panel.count().catch(() => 0)) > 0) return panel
  }
  throw new Error('the panel is not in the window')
}
