/** What a function writes on a way is told with the constants that the way passes to it: by phase, and never guessed. */
import { expect, test } from 'vitest'
import type { Site } from '../../src/core/report/schema.js'
import { type Files, sessionOf } from '../fixtures/memoryTree.js'

const FILE = 'drivers/pci/pci.c'

const setMaster = (body = ''): string => `
static void __set_master(struct pci_dev *dev, bool enable)
{
	u16 old, cmd;

	pci_read_config_word(dev, PCI_COMMAND, &old);
${body}	if (enable)
		cmd = old | PCI_COMMAND_MASTER;
	else
		cmd = old & ~PCI_COMMAND_MASTER;
	if (cmd != old)
		pci_write_config_word(dev, PCI_COMMAND, cmd);
}

void set_master(struct pci_dev *dev)
{
	__set_master(dev, true);
}

void clear_master(struct pci_dev *dev)
{
	__set_master(dev, false);
}
`
const boot = (body: string): string =>
  `\nstatic int __init enumerate(void)\n{\n${body}\n\treturn 0;\n}\nsubsys_initcall(enumerate);\n`
const shutdown = (body: string): string => `\nvoid kernel_restart_prepare(char *cmd)\n{\n${body}\n}\n`

async function reviewed(text: string): Promise<{ site: Site; found: readonly string[] }> {
  const files: Files = { [FILE]: text, 'include/linux/pci.h': '#define KEEP_MASTER true\n' }
  const session = await sessionOf(files)
  const sites = session.sites(FILE)
  expect(sites).toHaveLength(1)
  const found = session
    .findings(FILE)
    .filter(({ rule }) => rule !== 'MISSING_JUSTIFICATION')
    .map(({ rule, severity }) => `${severity} ${rule}`)
  return { site: sites[0]!, found }
}

const verdict = (site: Site, phase: 'boot' | 'shutdown'): string => {
  const at = site.phases[phase]
  return at.reachable ? (at.hazard ?? site.hazard).verdict : 'unreachable'
}

test('bus master is set at boot, which is harmless, and cleared on the way out, which is harm with a proof', async () => {
  const { site, found } = await reviewed(
    setMaster() + boot('\tset_master(first);') + shutdown('\tclear_master(first);'),
  )
  expect(found).toEqual(['error SHUTDOWN_WRITE'])
  expect([verdict(site, 'boot'), verdict(site, 'shutdown')]).toEqual(['safe', 'breaks'])
  expect(site.phases.shutdown).toMatchObject({
    passed: [{ parameter: 'enable', text: 'false', value: 0 }],
    fields: [{ register: 'PCI_COMMAND', bits: ['PCI_COMMAND_MASTER'], change: 'clear' }],
    path: [{ function: 'kernel_restart_prepare' }, { function: 'clear_master' }, { function: '__set_master' }],
  })
  expect(site.phases.boot).toMatchObject({ passed: [{ text: 'true' }], fields: [{ change: 'set' }] })
  // The site itself says what its code can do.
  expect(site.fields.map(({ change }) => change)).toEqual(['clear', 'set'])
  expect(site.hazard.verdict).toBe('breaks')
})

test('the message says which constant it rests on', async () => {
  const session = await sessionOf({ [FILE]: setMaster() + shutdown('\tclear_master(first);') })
  expect(session.findings(FILE)[0]!.message).toContain('; with false for enable it breaks dma: ')
})

test('a guard in the caller, over the call that clears, is enough', async () => {
  const guarded = '\tif (!pci_liveupdate_is_outgoing(first))\n\t\tclear_master(first);'
  expect((await reviewed(setMaster() + shutdown(guarded))).found).toEqual([])
  const over = (guard: string) => `${guard}\n\t\tset_master(first);\n\tclear_master(first);`
  expect((await reviewed(setMaster() + shutdown(over('\tif (!pci_liveupdate_is_outgoing(first))')))).found).toEqual([
    'error SHUTDOWN_WRITE',
  ])
})

test.each([
  ['a variable', shutdown('\t__set_master(first, first->busy);')],
  ['two callers, which pass different constants', shutdown('\tset_master(first);\n\tclear_master(first);')],
  ['the same in the other order', shutdown('\tclear_master(first);\n\tset_master(first);')],
  ['a constant and a variable', shutdown('\t__set_master(first, false);\n\t__set_master(first, first->busy);')],
  ['two calls in one line', shutdown('\tfirst->busy ? __set_master(first, true) : __set_master(first, false);')],
])('not resolved: %s', async (_what, root) => {
  const { site, found } = await reviewed(setMaster() + root)
  expect(found).toEqual(['info SHUTDOWN_WRITE'])
  expect(verdict(site, 'shutdown')).toBe('unknown')
  expect(site.phases.shutdown).not.toHaveProperty('passed')
})

test.each([
  ['the constant is overwritten before the write', '\tenable = dev->was_master;\n'],
  ['only on one way', '\tif (dev->busy)\n\t\tenable = dev->was_master;\n'],
  ['by an operator', '\tenable |= dev->was_master;\n'],
  ['its address is taken', '\tdecide(dev, &enable);\n'],
  ['its address is kept', '\tdev->flag = &enable;\n\tdecide(dev);\n'],
  [
    'another variable of its name',
    '\tif (dev->busy) {\n\t\tbool enable = dev->was_master;\n\n\t\tdecide(dev, enable);\n\t}\n',
  ],
])('not resolved: %s', async (_what, body) => {
  const { site } = await reviewed(setMaster(body) + shutdown('\tclear_master(first);'))
  expect(verdict(site, 'shutdown')).toBe('unknown')
})

test.each([
  ['overwritten by another constant', '\tenable = true;\n', 'safe'],
  ['turned over', '\tenable = !enable;\n', 'safe'],
  ['a copy decides', '\tbool on = enable;\n\n\tenable = on;\n', 'breaks'],
  ['overwritten behind a test that is false', '\tif (enable)\n\t\tenable = false;\n', 'breaks'],
  ['returns early', '\tif (!enable)\n\t\treturn;\n', 'unreachable'],
  ['returns early for the other value', '\tif (enable)\n\t\treturn;\n', 'breaks'],
])('followed in the function: %s', async (_what, body, expected) => {
  const { site } = await reviewed(setMaster(body) + shutdown('\tclear_master(first);'))
  expect(verdict(site, 'shutdown')).toBe(expected)
})

test('a value of the file, or one that is kept between calls, decides nothing', async () => {
  for (const declared of ['static bool done = false;', 'static bool other, done = false;']) {
    const once = `\t${declared}\n\n\tif (!done)\n\t\tenable = true;\n\tdone = true;\n`
    const { site } = await reviewed(setMaster(once) + shutdown('\tclear_master(first);'))
    expect(verdict(site, 'shutdown')).toBe('unknown')
  }
})

const bits = (type: string, written: string): string => `
static void change_command(struct pci_dev *dev, ${type})
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	${written}
	pci_write_config_word(dev, PCI_COMMAND, cmd);
}
`

test.each([
  ['a mask that is cleared', 'u16 mask', 'cmd &= ~mask;', 'PCI_COMMAND_MASTER', 'breaks'],
  ['a mask that is set', 'u16 mask', 'cmd |= mask;', 'PCI_COMMAND_MASTER', 'safe'],
  ['either of two masks', 'int on', 'cmd &= on ? ~0 : ~PCI_COMMAND_MASTER;', '0', 'breaks'],
  ['the other of them', 'int on', 'cmd &= on ? ~0 : ~PCI_COMMAND_MASTER;', '1', 'safe'],
  ['a comparison', 'int state', 'if (state >= 2)\n\t\tcmd &= ~PCI_COMMAND_MASTER;', '3', 'breaks'],
  ['a comparison that fails', 'int state', 'if (state >= 2)\n\t\tcmd &= ~PCI_COMMAND_MASTER;', '1', 'safe'],
  [
    'a case',
    'int state',
    'switch (state) {\n\tcase 3:\n\t\tcmd &= ~PCI_COMMAND_MASTER;\n\t\tbreak;\n\tdefault:\n\t\tcmd |= PCI_COMMAND_MASTER;\n\t}',
    '3',
    'breaks',
  ],
])('%s', async (_what, type, written, argument, expected) => {
  const { site } = await reviewed(bits(type, written) + shutdown(`\tchange_command(first, ${argument});`))
  expect(verdict(site, 'shutdown')).toBe(expected)
})

test('constants go through functions that hand them on, and through a macro of a header', async () => {
  const handed = `
static void update_master(struct pci_dev *dev, int why, bool keep)
{
	__set_master(dev, keep);
}
`
  const of = async (flag: string) =>
    verdict((await reviewed(setMaster() + handed + shutdown(`\tupdate_master(first, 1, ${flag});`))).site, 'shutdown')
  expect([await of('false'), await of('true'), await of('KEEP_MASTER'), await of('first->keep')]).toEqual([
    'breaks',
    'safe',
    'safe',
    'unknown',
  ])
})

test('a nearer way that does harm is the proof; a nearer way that does none is none', async () => {
  const far = (call: string) => `\nstatic void far(struct pci_dev *dev)\n{\n\t${call}(dev);\n}\n`
  const both = (near: string, other: string) => setMaster() + far(other) + shutdown(`\t${near}(first);\n\tfar(first);`)
  expect((await reviewed(both('clear_master', 'set_master'))).found).toEqual(['error SHUTDOWN_WRITE'])
  expect((await reviewed(both('set_master', 'clear_master'))).found).toEqual(['info SHUTDOWN_WRITE'])
  expect((await reviewed(both('set_master', 'set_master'))).found).toEqual([])
})

test('an unsaved text in which the caller passes another constant', async () => {
  const text = setMaster() + shutdown('\tclear_master(first);')
  const session = await sessionOf({ [FILE]: text })
  const found = () => session.findings(FILE).map(({ severity }) => severity)
  expect(found()).toEqual(['error'])
  session.setOverlay(FILE, text.replace('__set_master(dev, false)', '__set_master(dev, true)'))
  expect(found()).toEqual([])
  session.setOverlay(FILE, null)
  expect(found()).toEqual(['error'])
})
