import { defineSeriesRule, fill } from './defineRule.js'

/** As many guards are a concept of their own, and want it written down. */
const A_CONCEPT = 3

/** A series that adds guards and documents nothing. */
export const missingDocumentation = defineSeriesRule({
  id: 'MISSING_DOCUMENTATION',
  severity: 'warning',
  title: 'The series documents nothing of what its guards are for',
  messages: {
    missing:
      'the series adds {guards} guards and no documentation: no file under Documentation/, no DOC: block; say how a device is handed over, in which state, and what the next kernel must not do to it',
  },
  page: {
    why: 'Guards all over a subsystem follow from one idea: in which state a device is handed over, who owns what of it, until when. If that is written nowhere, nobody can tell whether a guard is right, or that one is missing.',
    fix: 'Add a file under Documentation/PCI/, or a DOC: block beside the code, that says how a device is handed over and what holds for it until finish.',
    quiet: [
      `the series adds fewer than ${A_CONCEPT} guards`,
      'some patch of it touches Documentation/ or adds a DOC: block',
      'mails of the series are missing: the documentation may be in one of them',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'zero documentation how any of this should work', source: 'TG' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Keep preserved devices as they are

Writing the registers anew stops the DMA of a preserved device, which a
cold boot need not care about.
^ missing
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,6 +1,9 @@
 void setup(struct pci_dev *dev)
 {
-	pci_write_config_word(dev, PCI_COMMAND, 0);
-	pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
-	pci_write_config_dword(dev, PCI_PREF_LIMIT_UPPER32, 0);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_word(dev, PCI_COMMAND, 0);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
+	if (!pci_liveupdate_is_incoming(dev))
+		pci_write_config_dword(dev, PCI_PREF_LIMIT_UPPER32, 0);
 }
`,
    good: `
Subject: [PATCH] PCI: Keep bus mastering of preserved devices

Clearing Bus Master Enable stops the DMA that a preserved device goes on
with.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,6 @@
 void setup(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
+		return;
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
  },
  *checkSeries({ patches, isWhole }) {
    const guards = patches.reduce((sum, patch) => sum + patch.guards, 0)
    if (!isWhole || guards < A_CONCEPT || patches.every(({ addedGuards }) => addedGuards.length === 0)) return
    const documents = patches.some(
      ({ diffs, added }) =>
        diffs.some(({ to }) => to?.startsWith('Documentation/')) || added.some(({ comment }) => /\bDOC:/.test(comment)),
    )
    if (documents) return
    const first = patches.flatMap(({ addedGuards }) => addedGuards)[0]!
    const message = fill(missingDocumentation.messages.missing!, { guards: `${guards}` })
    const place = { file: first.file, line: first.line }
    yield { patch: null, place, message, severity: missingDocumentation.severity, related: [] }
  },
})
