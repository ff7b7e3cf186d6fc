import { beforeAll, expect, test } from 'vitest'
import type { CParser } from '../../src/core/functions/parser.js'
import { cParser } from '../../src/node/wasm.js'
import { writesOf } from '../functions/writesOf.js'

let parser: CParser
beforeAll(async () => {
  parser = await cParser()
})

test('a write to mapped memory is a site if its address is in the MSI-X table', () => {
  const [masked, message, ...others] = writesOf(
    parser,
    `void f(struct pci_dev *dev, void __iomem *base, u32 ctrl)
{
	if (!pci_lu_adopt(dev))
		writel(ctrl | PCI_MSIX_ENTRY_CTRL_MASKBIT, base + PCI_MSIX_ENTRY_VECTOR_CTRL);
	writel(0, base + PCI_MSIX_ENTRY_DATA);
	writel(ctrl, base + DOORBELL);
}
`,
  )
  expect(others).toEqual([])
  expect(masked).toMatchObject({ callee: 'writel', accessor: { kind: 'msix-table' }, guard: { status: 'guarded' } })
  expect(masked!.fields[0]).toMatchObject({ register: 'PCI_MSIX_ENTRY_VECTOR_CTRL', feature: 'msix', mask: 1 })
  expect(message).toMatchObject({ guard: { status: 'unguarded' }, value: 0 })
})
