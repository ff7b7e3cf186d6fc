/** How grave a write without a guard is: by what it does, by the way to it, and by the policy. */
import { expect, test } from 'vitest'
import type { Settings } from '../../src/core/config/settings.js'
import { sessionOf } from '../fixtures/memoryTree.js'

const FILE = 'drivers/pci/sample.c'
const CLEAR = 'pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER)'
const SAFE = 'pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16)'
const UNRESOLVED = 'pci_write_config_word(dev, PCI_COMMAND, command_of(dev))'
const WINDOW = 'pci_write_config_dword(dev, PCI_PREF_MEMORY_BASE, window_of(dev))'

const direct = 'static int __init enumerate(void)\n{\n\tput(first_device());\n\treturn 0;\n}\n'
const byWork =
  'static void later(struct work_struct *work)\n{\n\tput(first_device());\n}\n' +
  'static int __init enumerate(void)\n{\n\tINIT_WORK(&w, later);\n\treturn 0;\n}\n'

async function severities(write: string, way: string, settings: Partial<Settings> = {}) {
  const put = `static void put(struct pci_dev *dev)\n{\n\tu16 cmd;\n\tpci_read_config_word(dev, PCI_COMMAND, &cmd);\n\t${write};\n}\n`
  const session = await sessionOf({ [FILE]: `${put}${way}subsys_initcall(enumerate);\n` }, settings)
  return session.findings(FILE).map(({ rule, severity }) => `${rule} ${severity}`)
}

test.each([
  ['harm by a path that proves itself', CLEAR, direct, ['UNGUARDED_WRITE error']],
  ['harm by way of a work item', CLEAR, byWork, ['UNGUARDED_WRITE warning']],
  ['a write that harms nothing', SAFE, direct, []],
  [
    'the number of an interrupt line, for software only',
    'pci_write_config_byte(dev, PCI_INTERRUPT_LINE, line_of(dev))',
    direct,
    [],
  ],
  ['a CardBus bridge', 'pci_write_config_dword(dev, PCI_CB_MEMORY_BASE_0, window_of(dev))', direct, []],
  ['a value that is not resolved', UNRESOLVED, direct, ['UNGUARDED_WRITE info']],
  ['a value that is not resolved, and none is known to harm what is promised', WINDOW, direct, []],
])('%s', async (_, write, way, expected) => {
  expect(await severities(write, way)).toEqual(expected)
})

test('the strict policy wants no write at all', async () => {
  expect(await severities(SAFE, direct, { policy: 'strict' })).toEqual(['UNGUARDED_WRITE warning'])
  expect(await severities(CLEAR, byWork, { policy: 'strict' })).toEqual(['UNGUARDED_WRITE warning'])
})

const DECODE = 'pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MEMORY)'
/** Runs in the old kernel (freeze) or, in the new one, after user space is up (retrieve). */
const asked = (hook: string): string =>
  `static int ask(struct liveupdate_file_op_args *args)\n{\n\tput(first_device());\n\treturn 0;\n}\n` +
  `static struct liveupdate_file_ops ops = { .${hook} = ask };\n` +
  'static int __init enumerate(void)\n{\n\treturn liveupdate_register(&ops);\n}\n'

test('a write is judged in the phase that reaches it: loads and stores of the guest go on in userspace only', async () => {
  const promised = { flows: ['guest-mmio'] } as const
  expect(await severities(DECODE, direct, promised)).toEqual([])
  expect(await severities(DECODE, asked('freeze'), promised)).toEqual([])
  expect(await severities(DECODE, asked('retrieve'), promised)).toEqual(['UNGUARDED_WRITE error'])
  expect(await severities(CLEAR, asked('freeze'))).toEqual(['SHUTDOWN_WRITE error'])
})
