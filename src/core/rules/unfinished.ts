import { defineSeriesRule, fill } from './defineRule.js'

const OPEN = /\b(?:TODO|FIXME|XXX|HACK|TBD|WIP)\b/

/** Something that the patch itself says is not done. */
export const unfinished = defineSeriesRule({
  id: 'UNFINISHED',
  severity: 'warning',
  title: 'The patch leaves something open, and says so',
  messages: {
    open: 'the patch adds a {word}: finish it, or leave it out of the series',
    off: 'the patch adds code under #if 0: leave it out of the series',
  },
  page: {
    why: 'A reviewer is asked for code that is to be merged. What its author has marked as open will be asked about, and what is switched off can be judged by nobody.',
    fix: 'Finish it, or leave it out; what is to come in a later series belongs in the cover letter.',
    quiet: ['the word stands in code, not in a comment', 'a later patch of the series takes it away'],
    scenario: 'power/d3hot',
    quote: { text: 'Debugging code can go away please.', source: 'GK2' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Restore the power state

The state is read from what the previous kernel has saved.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,7 @@
 void setup(struct pci_dev *dev)
 {
+	dev->current_state = 0; /* FIXME */
^ open
+#if 0
^ off
+#endif
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
    good: `
Subject: [PATCH] PCI: Restore the power state

The state is read from what the previous kernel has saved.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,5 @@
 void setup(struct pci_dev *dev)
 {
+	dev->current_state = PCI_D0; /* as it was handed over */
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
  },
  *checkSeries({ patches }) {
    for (const patch of patches)
      for (const { file, line, comment, code } of patch.added) {
        if (!/\.[chS]$/.test(file)) continue
        const word = OPEN.exec(comment)?.[0]
        const key = word !== undefined ? 'open' : /^\s*#\s*if\s+0\s*$/.test(code) ? 'off' : null
        if (key === null) continue
        const message = fill(unfinished.messages[key]!, { word: word ?? '' })
        yield { patch, place: { file, line }, message, severity: unfinished.severity, related: [] }
      }
  },
})
