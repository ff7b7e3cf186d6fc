import type { SuppressionProblem } from '../suppressions/suppression.js'
import { defineRule, fill, type Hit } from './defineRule.js'

/** A suppression without a reason that says anything, or one that no longer matches a finding. */
export const badSuppression = defineRule({
  id: 'BAD_SUPPRESSION',
  severity: 'warning',
  title: 'A suppression gives no reason, or no longer matches',
  messages: {
    noSite: 'this suppression names no site: give it "site", the id that `scan --format json` shows for the write',
    noRule: 'this suppression names no rule: write `liveupdate-review: ignore RULE: reason`',
    unknownRule: 'this suppression is for {rule}, which is no rule: `liveupdate-review rules` lists them',
    noReason: 'this suppression{of} gives no reason: say what keeps the device safe here, or take it out',
    filler: 'this suppression{of} gives no reason that says anything: "{reason}" would fit every finding',
    goneSite: 'this suppression{of} is for {site}, which is no write of this tree any more',
    stale: 'this suppression{of} matches no finding any more: take it out',
  },
  page: {
    why: 'A suppression is an answer to a reviewer: it stands for the reason, not for silence. One without a reason hides a write that nobody has thought about, and one that outlives its finding hides the next finding at that place.',
    fix: 'Write the reason that makes the write harmless to a preserved device, in words that would not fit another write. Take out what no longer matches. A refused suppression takes nothing out: its finding is reported until it is mended.',
    quiet: [
      'the reason has three words or more, and words that say something about this write',
      'the site is in a file that was not reviewed in this run, or a phase was left out, so that a missing finding proves nothing',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: "why exactly we can't use the cold boot flow for each item", source: 'JG1' },
  },
  samples: {
    bad: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	/* liveupdate-review: ignore UNGUARDED_WRITE: false positive */
	^^^ filler
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
	/* liveupdate-review: ignore UNGUARDED_WRITE: read back after the write by the device's owner */
	^^^ stale
}

static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	/* liveupdate-review: ignore UNGUARDED_WRITE: first_device() is the bridge of the serial console, never handed over */
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ suppressionProblems }) {
    for (const problem of suppressionProblems) yield hit(problem)
  },
})

function hit({ suppression, fault }: SuppressionProblem): Hit {
  const { rules, reason, site, file, line, column, endLine, endColumn } = suppression
  const message = fill(badSuppression.messages[fault]!, {
    rule: rules.join(', '),
    of: rules.length > 0 ? ` of ${rules.join(', ')}` : '',
    reason: reason ?? '',
    site: site ?? '',
  })
  const place = { file, line, column, endLine, endColumn }
  return { site: null, place, message, severity: badSuppression.severity, related: [] }
}
