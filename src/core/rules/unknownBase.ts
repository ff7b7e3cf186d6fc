import { defineSeriesRule, fill } from './defineRule.js'

/** A series that does not say what it applies to, and does not apply. */
export const unknownBase = defineSeriesRule({
  id: 'UNKNOWN_BASE',
  severity: 'warning',
  title: 'The series names no base commit, and does not apply',
  messages: {
    unknown:
      'the series names no base-commit and {hunks} of it {do} not apply to this tree: name the base with `git format-patch --base`',
  },
  page: {
    why: 'A reviewer who cannot apply a series cannot build, test or review it. The base makes it a matter of one command.',
    fix: 'Make the mails with `git format-patch --base=auto`, or name the base in the cover letter.',
    quiet: ['a mail of the series names its base-commit', 'every hunk has found its place'],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: "it doesn't apply cleanly", source: 'BH2' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Keep bus mastering

DMA of a preserved device goes on.
^ unknown
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,5 @@
 void setup(struct pci_dev *dev)
 {
+	pci_read_config_word(dev, PCI_COMMAND, &cmd);
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
--- a/drivers/pci/other.c
+++ b/drivers/pci/other.c
@@ -1,1 +1,1 @@
-int gone;
+int x;
`,
    good: `
Subject: [PATCH] PCI: Keep bus mastering

DMA of a preserved device goes on.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,5 @@
 void setup(struct pci_dev *dev)
 {
+	pci_read_config_word(dev, PCI_COMMAND, &cmd);
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
  },
  *checkSeries({ patches, baseCommit }) {
    const hunks = patches.reduce((sum, { failedHunks }) => sum + failedHunks, 0)
    if (baseCommit !== null || hunks === 0) return
    const message = fill(unknownBase.messages.unknown!, {
      hunks: hunks === 1 ? 'one hunk' : `${hunks} hunks`,
      do: hunks === 1 ? 'does' : 'do',
    })
    yield { patch: null, place: null, message, severity: unknownBase.severity, related: [] }
  },
})
