/** Replies to patches: quoted hunks, the remark under its line, threading, 72 columns, nothing for a clean patch. */
import { beforeAll, describe, expect, test } from 'vitest'
import { mailReport } from '../../src/core/report/mail.js'
import { parseMail } from '../../src/core/series/mail.js'
import { splitMbox } from '../../src/core/series/mbox.js'
import { reviewSeries } from '../../src/core/series/reviewSeries.js'
import { seriesOf } from '../../src/core/series/series.js'
import { inputOf } from '../fixtures/memoryTree.js'
import { mailOf, mailsOf } from '../fixtures/patches.js'

const FILE = 'drivers/pci/sample.c'
const ROOT = `
static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`
const WRITER = `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
`
const tree = { [FILE]: ROOT }
const { mails } = mailsOf(tree, [
  { title: 'a line, naïvely', files: { [FILE]: `int x;\n${ROOT}` } },
  { title: 'write', files: { [FILE]: `int x;\n${WRITER}${ROOT}` } },
])
const cover = mailOf('[PATCH 0/2] both', 'About both.')
const threaded = mails.map((mail) => mail.replace('To: ', 'References: <cover@example.org>\nTo: '))

async function replies(texts: readonly string[]) {
  const series = seriesOf(texts)!
  const { report, states } = reviewSeries(await inputOf(tree), series, { status: 'guessed', commit: null })
  return mailReport({ report, series, states })
}

let text = ''
beforeAll(async () => {
  text = await replies([cover, ...threaded])
})

describe('the mbox', () => {
  test('holds a reply to the patch with a finding, and none to the clean one or the cover', () => {
    const drafts = splitMbox(text).map(parseMail)
    expect(drafts.map(({ subject }) => subject)).toEqual(['Re: [PATCH 2/2] write'])
    expect(drafts[0]).toMatchObject({
      to: 'A Author <a@example.org>',
      cc: 'list@example.org',
      inReplyTo: '-PATCH-2-2-write@example.org',
      references: ['cover@example.org', '-PATCH-2-2-write@example.org'],
    })
  })

  test('is no byte for a series without findings', async () => {
    expect(await replies([cover, threaded[0]!.replace('1/2', '1/1')])).toBe('')
  })

  test('has no line over 72 columns that is not quoted, and no date of its own', () => {
    expect(text.split('\n').filter((line) => line.length > 72 && !line.startsWith('>'))).toEqual([])
    expect(text).not.toMatch(/^(?:Date|From): /m)
  })
})

test('the remark stands under the line that it is about, the path behind it', () => {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith('> +\tpci_write_config_word('))
  expect(lines.slice(0, at)).toContain(`> diff --git a/${FILE} b/${FILE}`)
  expect(lines[at + 1]).toBe('')
  expect(lines.slice(at + 2).join(' ')).toMatch(
    /^pci_write_config_word\(\) writes PCI_COMMAND_MASTER of dev .*\[UNGUARDED_WRITE\] +boot: enumerate\(\) -> clear_master\(\)/,
  )
})

test('the same bytes in every run', async () => {
  expect(await replies([cover, ...threaded])).toBe(text)
})
