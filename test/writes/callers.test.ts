/** Registers that the function does not name: an argument of its callers, or a field that its file fills. */
import { expect, test } from 'vitest'
import { sessionOf } from '../fixtures/memoryTree.js'

async function registersIn(text: string): Promise<string[][]> {
  const session = await sessionOf({ 'drivers/pci/a.c': text })
  return session.sites('drivers/pci/a.c').map((site) => [...new Set(site.fields.map((field) => field.register))])
}

const WRITER = `
static void put(struct pci_dev *dev, int reg)
{
	u16 value = dev->value;

	pci_write_config_word(dev, reg, value | 1);
}
`

test('a parameter is what every caller hands over', async () => {
  const callers =
    'void a(struct pci_dev *dev)\n{\n\tput(dev, PCI_BRIDGE_CONTROL);\n\tput(dev, dev->pm_cap + PCI_PM_CTRL);\n}\n'
  expect(await registersIn(WRITER + callers)).toEqual([['PCI_BRIDGE_CONTROL', 'PCI_PM_CTRL']])
})

test.each([
  [
    'one caller does not say',
    'void a(struct pci_dev *dev, int x)\n{\n\tput(dev, PCI_COMMAND);\n\tput(dev, dev->where);\n}\n',
  ],
  ['nobody calls it', ''],
  ['it calls itself only', 'static void b(struct pci_dev *dev, int r)\n{\n\tput(dev, r);\n\tb(dev, r);\n}\n'],
])('a parameter is not resolved: %s', async (_, callers) => {
  expect((await registersIn(WRITER + callers))[0]).toEqual([])
})

test('a field is what the file stores in it', async () => {
  const store = 'void setup(struct desc *d)\n{\n\td->mask_pos = d->cap + PCI_PM_CTRL;\n}\n'
  const write =
    'void f(struct pci_dev *dev, struct desc *d)\n{\n\tpci_write_config_dword(dev, d->mask_pos, d->mask);\n}\n'
  const [registers] = await registersIn(store + write)
  expect(new Set(registers)).toEqual(new Set(['PCI_PM_CTRL']))
})

test("a constant of the file's own names the bits of the header that it is made of", async () => {
  const text = `
#define DECODE	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)
void f(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~DECODE);
}
`
  const session = await sessionOf({ 'drivers/pci/a.c': text })
  expect(session.sites('drivers/pci/a.c')[0]!.fields).toMatchObject([
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY'], mask: 3, change: 'clear' },
  ])
})
