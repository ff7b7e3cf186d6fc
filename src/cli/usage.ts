/** What --help prints: for each command the least that a person with five minutes needs. */

export const USAGE = `usage: liveupdate-review COMMAND [options]

Finds the PCI config writes and MSI calls of a kernel tree that reach a device
handed over live from one kernel to the next, each with the call path that
proves it.

  scan [ROOT] [PATH...]     review the tree at ROOT (default .)
  series FILE|DIR|-...      review patches as they come from the list
  explain ID|FEATURE|SITE   the page of a rule or a feature, or for FILE:LINE the
                            whole proof of the write that stands there
  rules                     the list of rules
  simulate --write WRITE    what writes do to the simulated device, or a real one
  lsp                       the language server on stdio

liveupdate-review COMMAND --help says more, --version which version this is.
`

const REVIEW_LINES = `  --phase LIST              of boot, shutdown, userspace (default all)
  --arch ARCH               folder under arch/ (default x86)
  --config FILE             kernel .config that decides #if and what is built
  --drivers LIST            drivers that hand devices over
  --ids LIST                devices handed over (8086:10d3): their fixups count
  --flows LIST              traffic that must go on, or all (default dma,config)
  --policy upstream|strict  what may be written (default upstream)
  --guard PATTERN           a guard more, as the code asks it: 'kept(dev)', or
                            'kept(dev) == 0', 'dev->live.kept'; may be repeated
  --suppressions FILE       instead of ROOT/.liveupdate-review.json
  --jobs N                  threads (default: one a core)
  --cache DIR               keep reports and indexes here (default: the user's cache
                            folder)
  --no-cache                neither read nor keep any
`

export const SCAN_USAGE = `usage: liveupdate-review scan [ROOT] [PATH...] [options]

Reviews the kernel tree at ROOT (default .). PATHs, relative to it, limit what is
reported. Try: liveupdate-review scan ~/linux drivers/pci

  --format FORMAT           text on a terminal, terse otherwise; also json, sarif,
                            markdown, html, github (workflow commands)
  --output FILE             write the report to FILE
${REVIEW_LINES}  --rules LIST              only these rules; -ID leaves one out
  --fail-on LEVEL           error, warning, info or never (default error)
  --baseline FILE           leave out the findings that FILE knows
  --update-baseline         write the findings of this run to that FILE
  --stats                   counts and time used, on stderr
  --quiet                   no progress
  --no-color                plain text

ROOT/.liveupdate-review.json may hold suppressions, guards, flows, drivers, ids
and policy; options win over it. In the code, on or above the line of a finding:
/* liveupdate-review: ignore RULE: the reason, which is asked for */

exit status: 0 nothing at or above --fail-on, 1 findings, 2 could not run
`

export const SERIES_USAGE = `usage: liveupdate-review series FILE|DIR|-... [options]

Reviews patches as they come from the list: a patch, an mbox, a folder of either, a
thread with its replies, plain or gzip; '-' reads stdin. They are applied in memory,
in order; no file of the tree is written. For b4:
  prep-perpatch-check-cmd = liveupdate-review series - --format terse --tree .

  --tree ROOT               the kernel tree (default .)
  --git A..B                the commits behind A up to B of its repository, in place
                            of mails; the work tree stays as it is
  --format FORMAT           text on a terminal, terse otherwise; also json, sarif,
                            markdown, html, github (workflow commands), mail (an
                            mbox of drafts: a reply to each patch with findings)
  --output FILE             write the report to FILE
${REVIEW_LINES}  --rules LIST              only these rules; -ID leaves one out
  --fail-on LEVEL           error, warning, info or never (default error)
  --baseline FILE           leave out the findings that FILE knows
  --update-baseline         write the findings of this run to that FILE
  --stats                   counts and time used, on stderr
  --quiet                   no progress
  --no-color                plain text

exit status: 0 nothing at or above --fail-on, 1 findings, 2 could not run: nothing
applies, or a file name leaves the tree. A patch of which a part applies is reviewed
there, and the hunks that fail are named.
`

export const SIMULATE_USAGE = `usage: liveupdate-review simulate --write WRITE [--write WRITE...] [options]

Runs the writes, in order, on the simulated device and says what they do to every
kind of traffic of a device in use.

  --write WRITE             REGISTER=VALUE, REGISTER+BITS or REGISTER-BITS, in the
                            names of pci_regs.h: PCI_PM_CTRL=3,
                            PCI_COMMAND-PCI_COMMAND_MASTER|PCI_COMMAND_MEMORY
  --on FUNCTION             endpoint (default), pf (the same), vf, root-port, switch
                            (its downstream port), switch-upstream, switch-downstream;
                            with --device also a slot, as 01:00.0
  --phase PHASE             boot (default), shutdown or userspace
  --device FILE             another device or machine: what lspci -xxxx prints, with
                            -vvv for the sizes of BARs. A role of --on then is the
                            first function that plays it: one that does DMA below a
                            bridge before one that does not
  --flows LIST              traffic that must go on, or all (default dma,config)
  --policy upstream|strict  strict: all traffic must go on
  --format text|json        default text
  --output FILE             write the result to FILE

exit status: 0 simulated, 2 could not
`

export const EXPLAIN_USAGE = `usage: liveupdate-review explain ID|FEATURE|SITE [options]

Prints the page of a rule (UNGUARDED_WRITE) or a feature (bus-master). For a write,
as FILE:LINE or by its id, the whole proof: the path and guard in each phase, what
happens to each flow of a device in use, the reason given, and what was decided.

  --tree ROOT               the kernel tree (default .)
  --format FORMAT           text (default), markdown for a page, json
  --output FILE             write to FILE
${REVIEW_LINES}  --quiet                   no progress

exit status: 0 explained, 2 no such name or write, or could not run
`

export const RULES_USAGE = `usage: liveupdate-review rules [--format text|json] [--output FILE]

Lists every rule: its id, severity and title. For the page of one:
liveupdate-review explain ID
`

export const LSP_USAGE = `usage: liveupdate-review lsp

The language server, on stdin and stdout: an editor starts it.
`
