export const SCAN_USAGE = `usage: liveupdate-review scan [ROOT] [PATH...] [options]
       liveupdate-review lsp

Finds the PCI config writes and MSI calls of a kernel tree that reach a device
handed over live, each with the call path that proves it. ROOT is the top of the
tree (default .); PATHs, relative to it, limit what is reported.

  --format text|terse|json  text on a terminal, terse otherwise
  --output FILE             write the report to FILE
  --phase LIST              of boot, shutdown, userspace (default all)
  --arch ARCH               folder under arch/ (default x86)
  --config FILE             kernel .config that decides #if and what is built
  --drivers LIST            drivers that hand devices over
  --flows LIST              traffic that must go on (default dma,config)
  --policy upstream|strict
  --rules LIST              only these rules; -ID leaves one out
  --fail-on LEVEL           error, warning, info or never (default error)
  --jobs N                  threads (default: one a core)
  --stats                   counts and time used, on stderr
  --quiet                   no progress
  --no-color                plain text
  --cache DIR               keep reports here (default: the user's cache folder)
  --no-cache                neither read nor keep a report

exit status: 0 nothing at or above --fail-on, 1 findings, 2 could not run
`
