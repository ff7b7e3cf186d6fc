import { defineSeriesRule, fill } from './defineRule.js'

/** Words that a guard over one kind of write needs at the least, to say what would break and why. */
const WORDS_A_FEATURE = 12

/** A commit message that is too short for what the patch guards. */
export const meagerChangelog = defineSeriesRule({
  id: 'MEAGER_CHANGELOG',
  severity: 'warning',
  title: 'The commit message is too short for the guards that the patch adds',
  messages: {
    meager:
      '{words} words of commit message for {guards} over writes of {features}: say for each what the write would break, and why the cold boot flow cannot be used',
  },
  page: {
    why: 'A guard that skips what a cold boot does has to be argued for, each kind of write for itself. A message of a few words for many of them leaves the review to guess, and the next reader as well.',
    fix: 'Say in the commit message, for each feature, which register change would break which traffic of a running device, and why the cold boot flow cannot be used for it. Split the patch by feature if that gets long.',
    quiet: [
      'the patch adds no guard over a write, or each has its reason in a comment',
      'the message has a dozen words for each kind of write that is guarded: whether they give a reason is for VACUOUS_JUSTIFICATION and MISSING_JUSTIFICATION to say',
    ],
    scenario: 'bar/sizing',
    quote: { text: 'This change log is way too meager for this kind of change.', source: 'TG' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Avoid writes at boot

Do not write to devices at boot.
^ meager
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,6 @@
 void clear_master(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
+		return;
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
    good: `
Subject: [PATCH] PCI: Keep bus mastering of preserved devices

Clearing Bus Master Enable stops the DMA that a preserved device goes on
with. A cold boot clears it because no driver can have set it; here the
previous kernel has, and VFIO still owns the device.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,6 @@
 void clear_master(struct pci_dev *dev)
 {
+	if (pci_liveupdate_is_incoming(dev))
+		return;
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
  },
  *checkSeries({ patches }) {
    for (const patch of patches) {
      const words = (patch.message.match(/[\w'-]*[A-Za-z][\w'-]*/g) ?? []).length
      if (patch.guards === 0 || words >= WORDS_A_FEATURE * patch.unexplained.length) continue
      const message = fill(meagerChangelog.messages.meager!, {
        words: `${words}`,
        guards: patch.guards === 1 ? 'a guard' : `${patch.guards} guards`,
        features: patch.features.join(', '),
      })
      yield { patch, place: null, message, severity: meagerChangelog.severity, related: [] }
    }
  },
})
