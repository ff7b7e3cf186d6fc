/** `->write` is config space's only through a struct of config space operations. */
import { expect, test } from 'vitest'
import { sessionOf } from '../fixtures/memoryTree.js'

const text = (parameter: string, call: string): string => `
static int f(${parameter}, int devfn, int where, u32 value)
{
	return ${call};
}
`

test.each([
  ['struct pci_bus *bus', 'bus->ops->write(bus, devfn, where, 4, value)'],
  ['struct pci_dev *dev', 'dev->bus->ops->write(dev->bus, dev->devfn, where, 4, value)'],
  ['struct pci_ops *ops', 'ops->write(bus, devfn, where, 4, value)'],
  ['int domain', 'raw_pci_ops->write(domain, 0, devfn, where, 4, value)'],
])('%s: %s writes config space', async (parameter, call) => {
  const session = await sessionOf({ 'drivers/pci/access.c': text(parameter, call) })
  expect(session.sites('drivers/pci/access.c').map((site) => site.callee)).toEqual(['write'])
})

test.each([
  ['struct kvm_io_device *dev', 'dev->ops->write(vcpu, dev, devfn, where, value)'],
  ['struct vsc73xx *vsc', 'vsc->ops->write(vsc, devfn, where, 4, value)'],
  ['struct fw_upload *up', 'up->ops->write(up, devfn, where, 4, value)'],
])('%s: %s does not', async (parameter, call) => {
  const session = await sessionOf({ 'drivers/pci/access.c': text(parameter, call) })
  expect(session.sites('drivers/pci/access.c')).toEqual([])
})
