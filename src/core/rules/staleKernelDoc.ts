import { defineSeriesRule, fill } from './defineRule.js'

/** An exported function that does something else for a preserved device now, and whose kernel-doc does not say so. */
export const staleKernelDoc = defineSeriesRule({
  id: 'STALE_KERNEL_DOC',
  severity: 'warning',
  title: 'The kernel-doc of an exported function does not tell of its new guard',
  messages: {
    stale:
      '{exported}() is exported and does less for a preserved device now ({condition}), and its kernel-doc does not say so: tell its callers what they get',
  },
  page: {
    why: 'A driver that calls an exported function reads its kernel-doc. A guard inside changes what the function does for some devices; a caller that is not told will rely on what was not done.',
    fix: 'Say in the kernel-doc what the function does for a preserved device, and what it returns then. If that is hard to say, the guard may belong somewhere else.',
    quiet: [
      'the function is not exported, or has no kernel-doc',
      'the series changes its kernel-doc, or it speaks of live update already',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'How would you update the kernel-doc to reflect this change?', source: 'BH1' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Keep bus mastering of preserved devices

Clearing Bus Master Enable stops the DMA that a preserved device goes on
with.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,9 +1,11 @@
 /**
  * clear_master - disables bus mastering for a device
  * @dev: the device
  */
 void clear_master(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
^ stale
+		return;
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
 EXPORT_SYMBOL(clear_master);
`,
    good: `
Subject: [PATCH] PCI: Keep bus mastering of preserved devices

Clearing Bus Master Enable stops the DMA that a preserved device goes on
with.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,9 +1,12 @@
 /**
  * clear_master - disables bus mastering for a device
  * @dev: the device
+ * A device that was handed over live keeps it.
  */
 void clear_master(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
+		return;
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
 EXPORT_SYMBOL(clear_master);
`,
  },
  *checkSeries({ patches }) {
    for (const patch of patches)
      for (const { guard, exported, file, line } of patch.staleDocs) {
        const message = fill(staleKernelDoc.messages.stale!, { exported, condition: guard.condition })
        const related = [{ file, line, message: `kernel-doc of ${exported}()` }]
        const place = { file: guard.file, line: guard.line }
        yield { patch, place, message, severity: staleKernelDoc.severity, related }
      }
  },
})
