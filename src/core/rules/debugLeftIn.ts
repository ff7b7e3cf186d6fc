import { defineSeriesRule, fill, type SeriesHit } from './defineRule.js'
import type { AddedLine, PatchView } from './seriesContext.js'

const PRINTS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:trace_printk|dump_stack|print_hex_dump)\s*\(/, 'raw'],
  [/\bprintk\s*\(\s*KERN_DEBUG\b/, 'raw'],
  [/%px\b/, 'address'],
  [/\b(?:pr|dev|pci)_(?:info|notice)\s*\(.*%#?l{0,2}x\b/, 'address'],
  [/\b(?:pr|dev|pci)_(?:info|notice)\s*\(.*\b__func__\b/, 'raw'],
]

/** Prints that helped while the patch was written. */
export const debugLeftIn = defineSeriesRule({
  id: 'DEBUG_LEFT_IN',
  severity: 'warning',
  title: 'The patch leaves prints of its making in the code',
  messages: {
    raw: 'a print for debugging is left in{more}: take it out, or make it a debug message',
    address: 'a print at info level shows a raw value, an address perhaps{more}: take it out',
  },
  page: {
    why: 'Every boot of every machine would print it; and an address of the kernel in the log helps whoever attacks it.',
    fix: 'Take the print out. What is of use to an administrator says so in words; what is of use to a developer is pci_dbg().',
    quiet: ['it is an error, a warning or a debug message', 'a later patch of the series takes it away'],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'Debugging code can go away please.', source: 'GK2' },
  },
  samples: {
    bad: `
Subject: [PATCH] PCI: Restore a device

The data is what the previous kernel has saved.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,5 @@
 void setup(struct pci_dev *dev, u64 data)
 {
+	pci_info(dev, "restore data[%llx]\\n", data);
^ address
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
    good: `
Subject: [PATCH] PCI: Restore a device

The data is what the previous kernel has saved.
---
--- a/drivers/pci/sample.c
+++ b/drivers/pci/sample.c
@@ -1,4 +1,5 @@
 void setup(struct pci_dev *dev, u64 data)
 {
+	pci_info(dev, "restored\\n");
 	pci_write_config_word(dev, PCI_COMMAND, 0);
 }
`,
  },
  *checkSeries({ patches }) {
    for (const patch of patches) {
      const files = new Set(patch.added.map(({ file }) => file))
      for (const file of files) if (/\.[ch]$/.test(file)) yield* inFile(patch, file)
    }
  },
})

/** One finding for each patch and file: the others are shown with the first. */
function inFile(patch: PatchView, file: string): readonly SeriesHit[] {
  const lines = patch.added.filter((one) => one.file === file)
  const found = lines.flatMap((line, i) => {
    const statement = statementAt(lines, i)
    const kind = PRINTS.find(([pattern]) => pattern.test(statement))?.[1]
    return kind === undefined ? [] : [{ line: line.line, kind }]
  })
  const [first, ...others] = found
  if (!first) return []
  const more = others.length === 0 ? '' : `, and ${others.length} more in this file`
  const message = fill(debugLeftIn.messages[first.kind]!, { more })
  const related = others.map(({ line }) => ({ file, line, message: 'another' }))
  return [{ patch, place: { file, line: first.line }, message, severity: debugLeftIn.severity, related }]
}

const PRINT = /\b(?:printk|trace_printk|dump_stack|print_hex_dump|(?:pr|dev|pci)_\w+)\s*\(/

/** A printing statement that begins in a line, to its end; '' if none does. */
function statementAt(lines: readonly AddedLine[], i: number): string {
  const start = PRINT.exec(lines[i]!.code)
  if (!start) return ''
  let text = lines[i]!.code.slice(start.index)
  for (let at = i + 1; !text.includes(';') && lines[at]?.line === lines[at - 1]!.line + 1; at++)
    text += ` ${lines[at]!.code.trim()}`
  return text.slice(0, text.indexOf(';') + 1 || undefined)
}
