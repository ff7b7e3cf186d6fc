/** The tree's own settings file is read by the editor's server as by the command line. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { machineHost } from '../../src/server/serverHost.js'

const PROBE = 'drivers/pci/probe.c'
const site = `${PROBE}#pci_reset_command#pci_write_config_word#1`
const folder = mkdtempSync(join(tmpdir(), 'settings-'))
const config = join(folder, '.liveupdate-review.json')

beforeAll(() => {
  cpSync(fileURLToPath(new URL('../../media/sample/kernel', import.meta.url)), folder, { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function sitesFound(): Promise<readonly (string | null)[]> {
  const session = await machineHost.openSession(folder, { settings: defaultSettings, jobs: 1 })
  return session.findings(PROBE).map((finding) => finding.site)
}

test('what it suppresses is no diagnostic', async () => {
  expect(await sitesFound()).toContain(site)
  const suppressions = [{ site, reason: 'the console bridge is never handed over' }]
  writeFileSync(config, JSON.stringify({ suppressions }))
  expect(await sitesFound()).not.toContain(site)
})

test('a file that is not well formed stops the review, with the line and what to do', async () => {
  writeFileSync(config, '{\n"suppression": []}')
  await expect(sitesFound()).rejects.toMatchObject({
    message: expect.stringMatching(/\.liveupdate-review\.json:2: .*"suppression"/),
    hint: 'did you mean "suppressions"?',
  })
})
