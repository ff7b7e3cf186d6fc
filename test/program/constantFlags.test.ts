/** A call that passes a constant to a `bool` parameter enters only what that constant leaves of the function. */
import { expect, test } from 'vitest'
import { sessionOf } from '../fixtures/memoryTree.js'

const reset = (body: string): string => `
static int flr(struct pci_dev *dev, bool probe)
{
${body}
	pci_write_config_word(dev, PCI_COMMAND, 0);
	return 0;
}
`
const methods = `
static const struct pci_reset_fn_method methods[] = {
	{ },
	{ flr, .name = "flr" },
};
`
const boot = (call: string): string => `
static int __init enumerate(void)
{
	${call};
	return 0;
}
subsys_initcall(enumerate);
`
const header =
  '#define PCI_RESET_PROBE true\n#define PCI_RESET_DO_RESET false\nstruct pci_reset_fn_method { int (*reset_fn)(struct pci_dev *dev, bool probe); char *name; };\n'

async function isReachable(text: string): Promise<boolean> {
  const session = await sessionOf({ 'drivers/pci/pci.c': text, 'include/linux/pci.h': header })
  const sites = session.sites('drivers/pci/pci.c')
  expect(sites).toHaveLength(1)
  return sites[0]!.phases.boot.reachable
}

const RETURNS = [
  '\tif (probe)\n\t\treturn 0;',
  '\tif (probe) {\n\t\treturn 0;\n\t}',
  '\tif (probe == PCI_RESET_PROBE)\n\t\treturn 0;',
]

test.each(RETURNS)('the probing call returns before the write: %j', async (body) => {
  expect(await isReachable(reset(body) + boot('flr(first, PCI_RESET_PROBE)'))).toBe(false)
  expect(await isReachable(reset(body) + boot('flr(first, true)'))).toBe(false)
})

test.each(RETURNS)('the call that resets writes: %j', async (body) => {
  expect(await isReachable(reset(body) + boot('flr(first, PCI_RESET_DO_RESET)'))).toBe(true)
  expect(await isReachable(reset(body) + boot('flr(first, unknown_flag)'))).toBe(true)
})

test('a function that probes first and resets then does write', async () => {
  const both = boot('flr(first, PCI_RESET_PROBE);\n\tflr(first, PCI_RESET_DO_RESET)')
  expect(await isReachable(reset(RETURNS[0]!) + both)).toBe(true)
})

test('the constant is followed through a method of a table and through a function that hands it on', async () => {
  const through = `
static int any_reset(struct pci_dev *dev, bool probe)
{
	return flr(dev, probe);
}
`
  const call = 'any_reset(first, PCI_RESET_PROBE)'
  expect(await isReachable(reset(RETURNS[0]!) + through + boot(call))).toBe(false)
  expect(await isReachable(reset(RETURNS[0]!) + through + boot(call.replace('PROBE', 'DO_RESET')))).toBe(true)
  const field = (flag: string): string =>
    `static int init_methods(struct pci_dev *dev)\n{\n\tconst struct pci_reset_fn_method *m = &methods[1];\n\n\treturn m->reset_fn(dev, ${flag});\n}\n`
  expect(await isReachable(reset(RETURNS[0]!) + methods + field('PCI_RESET_PROBE') + boot('init_methods(first)'))).toBe(
    false,
  )
  expect(
    await isReachable(reset(RETURNS[0]!) + methods + field('PCI_RESET_DO_RESET') + boot('init_methods(first)')),
  ).toBe(true)
})

test('a return in an inner block, or on another condition, leaves the write where it is', async () => {
  const call = boot('flr(first, PCI_RESET_PROBE)')
  expect(await isReachable(reset('\tif (dev->x) {\n\t\tif (probe)\n\t\t\treturn 0;\n\t}') + call)).toBe(true)
  expect(await isReachable(reset('\tif (probe && dev->x)\n\t\treturn 0;') + call)).toBe(true)
  expect(await isReachable(reset('\tif (!probe)\n\t\treturn 0;') + call)).toBe(true)
})

const guarded = (body: string): string => `
static int hit(struct pci_dev *dev)
{
	return pci_write_config_word(dev, PCI_COMMAND, 0);
}
static int reset(struct pci_dev *dev, bool probe)
{
${body}
	return 0;
}
`
const ONLY_FOR_RESET = [
  '\tif (!probe)\n\t\thit(dev);',
  '\tif (!probe) {\n\t\tprepare(dev);\n\t\thit(dev);\n\t}',
  '\tif (!probe)\n\t\treturn hit(dev);',
  '\tif (probe == PCI_RESET_DO_RESET)\n\t\thit(dev);',
]

test.each(ONLY_FOR_RESET)('a call that stands under the flag runs for the other value only: %j', async (body) => {
  expect(await isReachable(guarded(body) + boot('reset(first, PCI_RESET_PROBE)'))).toBe(false)
  expect(await isReachable(guarded(body) + boot('reset(first, PCI_RESET_DO_RESET)'))).toBe(true)
  expect(await isReachable(guarded(body) + boot('reset(first, unknown_flag)'))).toBe(true)
})

test.each([
  '\tif (!probe)\n\t\thit(dev);\n\thit(dev);',
  '\tif (!probe)\n\t\tprepare(dev);\n\telse\n\t\thit(dev);',
  '\tif (probe)\n\t\thit(dev);',
  '\tif (probe == UNKNOWN_NAME)\n\t\thit(dev);',
])('what runs for a probing call too stays: %j', async (body) => {
  expect(await isReachable(guarded(body) + boot('reset(first, PCI_RESET_PROBE)'))).toBe(true)
})

test('a method that asks another whether it could reset does not reset either', async () => {
  const asks = `${reset(RETURNS[0]!)}
static int quirk(struct pci_dev *dev, bool probe)
{
	if (flr(dev, PCI_RESET_PROBE) || !dev)
		return 1;
	if (probe)
		return 0;
	return 0;
}
`
  expect(await isReachable(asks + boot('quirk(first, PCI_RESET_PROBE)'))).toBe(false)
})

const BITS = '#define WANT_MSI (1 << 1)\n#define WANT_MSIX (1 << 2)\n#define WANT_ALL (WANT_MSI | WANT_MSIX)\n'
const enable = (before: string, test: string): string => `
static int enable(struct pci_dev *dev, int vectors, unsigned int flags)
{
${before}
	if (${test}) {
		pci_write_config_word(dev, PCI_COMMAND, 0);
	}
	return 0;
}
static int enable_all(struct pci_dev *dev, unsigned int flags)
{
	return enable(dev, 1,
		      flags);
}
`

test.each([
  ['flags & WANT_MSIX', 'WANT_MSI', false],
  ['flags & WANT_MSIX', 'WANT_MSI | WANT_MSIX', true],
  ['flags & WANT_MSIX', 'WANT_ALL', true],
  ['flags & WANT_MSIX', '0', false],
  ['flags & WANT_MSIX', '0x6', true],
  ['flags & WANT_MSIX', 'UNKNOWN_BITS', true],
  ['flags & UNKNOWN_BITS', 'WANT_MSI', true],
  ['!(flags & WANT_MSIX)', 'WANT_MSI', true],
  ['flags & WANT_MSIX || dev->x', 'WANT_MSI', true],
])('a block under `%s`, called with %s, runs: %s', async (condition, passed, expected) => {
  for (const call of [`enable(first, 1, ${passed})`, `enable_all(first, ${passed})`])
    expect(await isReachable(BITS + enable('', condition) + boot(call)), call).toBe(expected)
})

test('bits that the function changes are no longer what was passed', async () => {
  for (const change of ['flags |= WANT_MSIX;', 'flags = WANT_ALL;', 'if (dev->x)\n\t\tflags ^= dev->x;'])
    expect(await isReachable(BITS + enable(change, 'flags & WANT_MSIX') + boot('enable(first, 1, WANT_MSI)'))).toBe(
      true,
    )
  for (const read of ['dev->x = flags;', 'if (flags == 2)\n\t\tdev->x = 1;', 'if (flags >= 2)\n\t\tdev->x = 1;'])
    expect(await isReachable(BITS + enable(read, 'flags & WANT_MSIX') + boot('enable(first, 1, WANT_MSI)'))).toBe(false)
})

test.each([
  ['fd < 0', '-1', false],
  ['fd < 0', '0', true],
  ['fd < 0', '3', true],
  ['fd < 0', 'dev->fd', true],
  ['fd < 1', '-1', true],
  ['fd <= 0', '-1', true],
])('behind `if (%s) return`, called with %s, the write runs: %s', async (condition, passed, expected) => {
  const text = `
static int set_signal(struct pci_dev *dev, int fd)
{
	if (${condition})
		return 0;
	pci_write_config_word(dev, PCI_COMMAND, 0);
	return 0;
}
`
  expect(await isReachable(text + boot(`set_signal(first, ${passed})`))).toBe(expected)
})
