import { describe, expect, test } from 'vitest'
import { matchingFixups } from '../../src/core/program/fixupIds.js'
import { programOf } from '../fixtures/memoryTree.js'

const FILES: Readonly<Record<string, string>> = {
  'include/linux/pci_ids.h': '#define PCI_VENDOR_ID_INTEL\t\t0x8086\n#define PCI_DEVICE_ID_MINE 0x10d3\n',
  'drivers/pci/quirks.c': `#define OWN_ID 0x1234
static void quirk(struct pci_dev *dev) { }
`,
}

function matches(vendor: string, device: string, ids: readonly string[]): boolean {
  const declaration = `DECLARE_PCI_FIXUP_FINAL(${vendor}, ${device}, quirk);\n`
  const files = { ...FILES, 'drivers/pci/quirks.c': FILES['drivers/pci/quirks.c'] + declaration }
  const { registered } = programOf(files)
  return matchingFixups(registered, ids, (path) => files[path as keyof typeof files] ?? null).size > 0
}

describe('a fixup matches a device of the ids it names', () => {
  test.each([
    ['PCI_VENDOR_ID_INTEL', 'PCI_DEVICE_ID_MINE', '8086:10d3', true],
    ['PCI_VENDOR_ID_INTEL', '0x10d3', '8086:10d3', true],
    ['PCI_VENDOR_ID_INTEL', 'OWN_ID', '8086:1234', true],
    ['PCI_VENDOR_ID_INTEL', 'PCI_ANY_ID', '8086:ffff', true],
    ['PCI_ANY_ID', 'PCI_ANY_ID', '1af4:1000', true],
    ['PCI_VENDOR_ID_INTEL', 'PCI_DEVICE_ID_MINE', '8086:10d4', false],
    ['PCI_VENDOR_ID_INTEL', 'PCI_DEVICE_ID_MINE', '10de:10d3', false],
  ])('%s, %s for %s: %s', (vendor, device, id, expected) => {
    expect(matches(vendor, device, [id])).toBe(expected)
    expect(matches(vendor, device, ['ffff:0000', id])).toBe(expected)
  })

  test('one whose id nobody tells can match; without ids none does', () => {
    expect(matches('PCI_VENDOR_ID_INTEL', 'NOBODY_KNOWS', ['8086:10d3'])).toBe(true)
    expect(matches('PCI_ANY_ID', 'PCI_ANY_ID', [])).toBe(false)
  })
})
