/**
 * A kernel tree in memory and a session that stands for the engine: each line that calls `pci_write_config_word` is a
 * site, and a finding unless the line above asks `pci_lu_adopt`. It has the façade's manners, not the engine's wits.
 */
import type { Progress, Task } from '../../src/core/cancel.js'
import type { Settings } from '../../src/core/config/settings.js'
import type { Finding, Report, Site } from '../../src/core/report/schema.js'
import type { ReviewSession } from '../../src/core/review.js'
import type { HeadText } from '../../src/node/changedLines.js'
import type { ServerHost } from '../../src/server/serverHost.js'

export const ROOT = '/kernel'
export const ROOT_URI = 'file:///kernel'

export class FakeKernelTree implements ServerHost {
  readonly debounce = 5
  readonly disk = new Map<string, string>()
  readonly heads = new Map<string, HeadText>()
  readonly opened: { readonly root: string; readonly settings: Settings }[] = []
  /** Replaces the opening of a session, to hold it back or to let it fail. */
  beforeOpen: (task: Task | undefined) => Promise<void> = async () => undefined
  /** Called when a review is asked for, before it answers. */
  onFindings: (path: string) => void = () => undefined
  /** Rules write the path into `related`; without, the server has to take the site's own. */
  rulesNameThePath = true

  async openSession(root: string, options: Parameters<ServerHost['openSession']>[1]): Promise<ReviewSession> {
    this.opened.push({ root, settings: options.settings })
    options.task?.progress?.({ done: 1, total: 2, what: 'Reading files' } satisfies Progress)
    await this.beforeOpen(options.task)
    return new FakeSession(this)
  }

  async reviewSeries(): Promise<never> {
    throw new Error('series are reviewed by the real engine only')
  }

  isKernelTree(root: string): boolean {
    return root.startsWith(ROOT)
  }

  async headText(_root: string, path: string): Promise<HeadText> {
    return this.heads.get(path) ?? { kind: 'no-git' }
  }

  async diskText(_root: string, path: string): Promise<string | null> {
    return this.disk.get(path) ?? null
  }
}

class FakeSession implements ReviewSession {
  readonly #overlays = new Map<string, string>()

  constructor(private readonly tree: FakeKernelTree) {}

  get input(): never {
    throw new Error('a session of lines has no index')
  }

  setOverlay(path: string, text: string | null): void {
    if (text === null) this.#overlays.delete(path)
    else this.#overlays.set(path, text)
  }

  sites(path: string): readonly Site[] {
    return this.#lines(path).flatMap((line, at, lines) => {
      const column = line.indexOf('pci_write_config_word(')
      return column < 0 ? [] : [siteOf(path, at + 1, column + 1, line, guardedBy(lines[at - 1]))]
    })
  }

  findings(path: string): readonly Finding[] {
    this.tree.onFindings(path)
    return this.sites(path)
      .filter(({ guard }) => guard.status === 'unguarded')
      .map((site) => findingOf(site, this.tree.rulesNameThePath))
  }

  guardedFunctions(path: string) {
    const lines = this.#lines(path)
    const found: { name: string; start: number; end: number }[] = []
    lines.forEach((line, start) => {
      const end = lines.indexOf('}', start)
      if (line !== '{' || !lines.slice(start, end).some((inner) => inner.includes('pci_lu_adopt'))) return
      found.push({ name: /\w+(?=\()/.exec(lines[start - 1] ?? '')?.[0] ?? '', start, end: end + 1 })
    })
    return found
  }

  async prepare(_: Task, pause: () => Promise<void>): Promise<void> {
    await pause()
  }

  report(task?: Task): Report {
    const paths = [...new Set([...this.tree.disk.keys(), ...this.#overlays.keys()])].sort()
    task?.progress?.({ done: 1, total: 1, what: 'Reviewing' })
    const findings = paths.flatMap((path) => this.findings(path))
    const sites = paths.flatMap((path) => this.sites(path))
    return {
      schema: 1,
      tool: { name: 'liveupdate-review', version: '0' },
      command: 'scan',
      tree: { kernel: null, arch: 'x86', files: 0, bytes: 0, functions: 0, calls: 0, unresolved: {}, skipped: [] },
      policy: 'upstream',
      flows: ['dma', 'config'],
      sites,
      findings,
      summary: {
        sites: sites.length,
        reachable: 0,
        unguarded: findings.length,
        errors: findings.length,
        warnings: 0,
        infos: 0,
      },
    }
  }

  #lines(path: string): readonly string[] {
    return (this.#overlays.get(path) ?? this.tree.disk.get(path) ?? '').split('\n')
  }
}

function guardedBy(above: string | undefined): string | null {
  return above?.includes('pci_lu_adopt') ? above.trim() : null
}

function siteOf(file: string, line: number, column: number, text: string, condition: string | null): Site {
  const guard = {
    status: condition === null ? ('unguarded' as const) : ('guarded' as const),
    by: condition === null ? null : ('self' as const),
    condition,
    file: condition === null ? null : file,
    line: condition === null ? null : line - 1,
  }
  const path = [
    {
      function: 'acpi_init',
      file: 'drivers/acpi/bus.c',
      line: 1390,
      edge: 'initcall',
      via: 'subsys_initcall',
      call: null,
    },
    {
      function: 'set_master',
      file,
      line: 1,
      edge: 'direct',
      via: null,
      call: { file: 'drivers/acpi/bus.c', line: 1400 },
    },
  ]
  return {
    id: `${file}#set_master#pci_write_config_word#${line}`,
    file,
    line,
    column,
    endLine: line,
    endColumn: text.length + 1,
    function: 'set_master',
    callee: 'pci_write_config_word',
    kind: 'config',
    offset: 'PCI_COMMAND',
    width: 2,
    fields: [
      {
        register: 'PCI_COMMAND',
        capability: null,
        feature: 'bus-master',
        bits: ['PCI_COMMAND_MASTER'],
        mask: 4,
        change: 'clear',
      },
    ],
    value: null,
    device: 'dev',
    scope: 'core',
    phases: {
      boot: {
        reachable: true,
        counts: true,
        root: { kind: 'initcall', function: 'acpi_init' },
        through: null,
        guard,
        path,
      },
      shutdown: { reachable: false },
      userspace: { reachable: false },
    },
    guard,
    justification: { status: 'missing', where: null, reason: null },
    hazard: {
      verdict: 'breaks',
      effects: [
        { flow: 'dma', effect: 'breaks', why: 'The device may no longer master the bus.' },
        { flow: 'p2p', effect: 'breaks', why: 'Nor reach its peer.' },
      ],
      decision: 'preserve',
      source: 'V7-11',
      scenario: 'bus-master/clear',
    },
  }
}

function findingOf(site: Site, namesThePath: boolean): Finding {
  const { file, line, column, endLine, endColumn, id } = site
  const related = [{ file: 'drivers/acpi/bus.c', line: 1390, message: 'acpi_init() starts it' }]
  return {
    rule: 'UNGUARDED_WRITE',
    severity: 'error',
    file,
    line,
    column,
    endLine,
    endColumn,
    message: 'Nothing keeps this write from a preserved device',
    site: id,
    related: namesThePath ? related : [],
    key: `UNGUARDED_WRITE:${id}`,
  }
}
