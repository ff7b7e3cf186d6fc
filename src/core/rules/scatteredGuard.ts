import type { Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { hitAt } from './guardPlaces.js'

/** The same callee is guarded at one caller after the other, and the next caller will be forgotten. */
export const scatteredGuard = defineRule({
  id: 'SCATTERED_GUARD',
  severity: 'warning',
  title: 'A callee is guarded at its callers instead of once inside',
  messages: {
    scattered: '{callee}() is guarded at {count} of its calls in this file (lines {lines}): guard it once, inside',
  },
  page: {
    why: 'A guard at every caller holds only as long as nobody adds another one, and each has to be read and explained by itself.',
    fix: 'Move the guard into the callee, if it must be there at all.',
    quiet: [
      'fewer than three guards stand at calls of that function in the file',
      'the calls write registers themselves: what is guarded is each write',
    ],
    scenario: 'msix/setup',
    quote: { text: 'function which is invoked a gazillion of times would be too obvious', source: 'TG' },
  },
  samples: {
    bad: `
static void enable(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
	^ scattered
		pci_alloc_irq_vectors(dev, 1, 8, PCI_IRQ_MSIX);
}

static void again(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSIX);
}

static void once_more(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		pci_alloc_irq_vectors(dev, 2, 2, PCI_IRQ_MSIX);
}
`,
    good: `
static void enable(struct pci_dev *dev)
{
	pci_alloc_irq_vectors(dev, 1, 8, PCI_IRQ_MSIX);
}

static void again(struct pci_dev *dev)
{
	pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSIX);
}
`,
  },
  *check({ sites }) {
    const byCallee = new Map<string, Site[]>()
    for (const site of sites) {
      const { guard } = site
      if (site.kind !== 'msi' || guard.by !== 'self' || guard.line === null) continue
      const key = `${site.file}#${site.callee}`
      const calls = byCallee.get(key) ?? []
      byCallee.set(key, calls)
      calls.push(site)
    }
    for (const calls of byCallee.values()) {
      const guards = [...new Set(calls.map(({ guard }) => guard.line!))].sort((a, b) => a - b)
      if (guards.length >= SCATTERED) yield hit(calls, guards)
    }
  },
})

const SCATTERED = 3

function hit(calls: readonly Site[], guards: readonly number[]): Hit {
  const [first] = calls
  const message = fill(scatteredGuard.messages.scattered!, {
    callee: first!.callee,
    count: `${guards.length}`,
    lines: guards.join(', '),
  })
  const place = { condition: first!.guard.condition ?? '', file: first!.file, line: guards[0]!, asked: [] }
  return hitAt(place, calls, message, scatteredGuard.severity)
}
