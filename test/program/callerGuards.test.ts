/** A guard in a caller covers the write as far as the guarded device is handed on, in the phases in which it can hold. */
import { expect, test } from 'vitest'
import type { SiteGuard } from '../../src/core/report/schema.js'
import { sessionOf } from '../fixtures/memoryTree.js'

const WRITE = `
static void power_up(struct pci_dev *dev, int state)
{
	pci_write_config_word(dev, PCI_COMMAND, 0);
}
`
const root = (calls: string): string => `
static int __init enumerate(void)
{
	struct pci_dev *dev = first_device();

	${calls}
	return 0;
}
subsys_initcall(enumerate);
`

async function bootGuard(text: string): Promise<SiteGuard> {
  const session = await sessionOf({ 'drivers/pci/pci.c': text })
  const [site] = session.sites('drivers/pci/pci.c')
  const boot = site!.phases.boot
  if (!boot.reachable) throw new Error('not reachable at boot')
  return boot.guard
}

test('the only caller is guarded for the device it hands on', async () => {
  const guard = await bootGuard(`${WRITE}
static void pm_init(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		power_up(dev, 0);
}
${root('pm_init(dev);')}`)
  expect(guard).toMatchObject({
    status: 'guarded',
    by: 'caller',
    condition: 'pci_lu_adopt(dev)',
    file: 'drivers/pci/pci.c',
    line: 9,
  })
})

test('the guard covers two calls down, through a parameter of another name', async () => {
  const guard = await bootGuard(`${WRITE}
static void resume(int why, struct pci_dev *pdev)
{
	power_up(pdev, why);
}

static void pm_init(struct pci_dev *dev)
{
	if (pci_lu_adopt(dev))
		return;
	resume(1, dev);
}
${root('pm_init(dev);')}`)
  expect(guard).toMatchObject({ status: 'guarded', by: 'caller' })
})

test.each([
  [
    'another caller has no guard',
    'static void other(struct pci_dev *dev)\n{\n\tpower_up(dev, 1);\n}\n',
    'if (!pci_lu_adopt(dev)) power_up(dev, 0);',
    'pm_init(dev); other(dev);',
  ],
  ['another device is handed on', '', 'if (!pci_lu_adopt(dev)) power_up(dev->bus->self, 0);', 'pm_init(dev);'],
  ['the guard stands behind the call', '', 'power_up(dev, 0); if (!pci_lu_adopt(dev)) return;', 'pm_init(dev);'],
  ['the guard is the wrong way round', '', 'if (pci_lu_adopt(dev)) power_up(dev, 0);', 'pm_init(dev);'],
])('not guarded: %s', async (_, other, body, calls) => {
  const guard = await bootGuard(`${WRITE}${other}
static void pm_init(struct pci_dev *dev)
{
	${body}
}
${root(calls)}`)
  expect(guard.status).toBe('unguarded')
})

test('the device changes on the way: a function between takes another one', async () => {
  const guard = await bootGuard(`${WRITE}
static void above(struct pci_dev *dev)
{
	power_up(dev->bus->self, 0);
}

static void pm_init(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		above(dev);
}
${root('pm_init(dev);')}`)
  expect(guard.status).toBe('unguarded')
})

test('a guard that speaks for every device covers what is below it, whatever the device', async () => {
  const guard = await bootGuard(`${WRITE}
static void above(struct pci_dev *dev)
{
	power_up(dev->bus->self, 0);
}
${root('if (!pci_liveupdate_preserve_bus_numbers())\n\t\tabove(dev);')}`)
  expect(guard).toMatchObject({ status: 'guarded', by: 'caller' })
})

test('recursion on the way is no problem', async () => {
  const guard = await bootGuard(`${WRITE}
static void descend(struct pci_dev *dev, int n)
{
	if (n)
		descend(dev, n - 1);
	power_up(dev, n);
}

static void pm_init(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		descend(dev, 3);
}
${root('pm_init(dev);')}`)
  expect(guard.status).toBe('guarded')
})

test('a guard of the new kernel cannot hold while the old one goes down', async () => {
  const text = `
static void clear_master(struct pci_dev *dev)
{
	if (pci_lu_adopt(dev))
		return;
	pci_write_config_word(dev, PCI_COMMAND, 0);
}

static void pci_device_shutdown(struct device *dev)
{
	clear_master(to_pci_dev(dev));
}

struct bus_type pci_bus_type = {
	.name = "pci",
	.shutdown = pci_device_shutdown,
};
`
  const session = await sessionOf({ 'drivers/pci/pci-driver.c': text })
  const [site] = session.sites('drivers/pci/pci-driver.c')
  expect(site!.phases.shutdown).toMatchObject({ reachable: true, counts: true, guard: { status: 'inert' } })
  expect(site!.guard.status).toBe('inert')
})

test('only PCI_SER_GET without saved state runs its last argument', async () => {
  const guard = await bootGuard(`
static bool broken(struct pci_dev *dev)
{
	pci_write_config_word(dev, PCI_COMMAND, 0);
	return true;
}

static void setup(struct pci_dev *dev)
{
	dev->broken = PCI_SER_GET(dev, broken, broken(dev));
}
${root('setup(dev);')}`)
  expect(guard).toMatchObject({ status: 'guarded', by: 'caller' })
})
