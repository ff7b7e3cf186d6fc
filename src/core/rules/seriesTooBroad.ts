import { defineSeriesRule, fill } from './defineRule.js'

/** Kinds of writes in one patch from which on nobody can review them together. */
const TOO_MANY = 4

/** One patch that guards many features at once. */
export const seriesTooBroad = defineSeriesRule({
  id: 'SERIES_TOO_BROAD',
  severity: 'warning',
  title: 'A patch guards writes of many features at once',
  messages: {
    broad:
      '{guards} guards over writes of {count} features in one patch ({features}), in {files} files: a patch for each feature can be argued for and taken by itself{advice}',
  },
  page: {
    why: 'Each feature has its own reason, its own owner and its own reviewers: bus numbers, MSI and ATS have nothing in common but the guard. Together they can only be refused together.',
    fix: 'Send one patch for each feature, those first that later ones need, each with its reason in the message. `series --format text` shows a split.',
    quiet: [
      `the patch guards fewer than ${TOO_MANY} kinds of writes`,
      'one write of a register that belongs to several features counts once',
    ],
    scenario: 'bar/sizing',
    quote: { text: 'sprinkle this stuff into files, which have completely different purposes', source: 'TG' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Avoid writes to preserved devices

Writes at boot break the traffic of devices that go on running: bus
mastering, interrupts, translations and the power state belong to the
previous kernel. Skip all of them for devices that were handed over, as
each of these writes was made by that kernel before and would only take
away what a running guest relies on.
^ broad
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,6 +1,10 @@
 void setup(struct pci_dev *dev)
 {
-	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);
-	pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
-	pci_write_config_dword(dev, PCI_PREF_LIMIT_UPPER32, 0);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_dword(dev, PCI_PREF_LIMIT_UPPER32, 0);
+	if (!pci_liveupdate_is_incoming(dev))
 	pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL, 0);
 }
`,
    good: `
Subject: [PATCH] PCI: Keep the prefetchable window of preserved devices

A window that is rewritten cuts the peer to peer traffic that goes on
through the bridge; a cold boot has none.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,6 @@
 void setup(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
+		return;
 	pci_write_config_dword(dev, PCI_PREF_LIMIT_UPPER32, 0);
 }
`,
  },
  *checkSeries({ patches }) {
    for (const patch of patches) {
      const { guards, features, subjects } = patch
      if (guards < TOO_MANY || subjects.length < TOO_MANY) continue
      const files = new Set(patch.addedGuards.map(({ file }) => file))
      const message = fill(seriesTooBroad.messages.broad!, {
        guards: `${guards}`,
        count: `${features.length}`,
        features: features.join(', '),
        files: `${files.size}`,
        advice: '',
      })
      yield { patch, place: null, message, severity: seriesTooBroad.severity, related: [] }
    }
  },
})
