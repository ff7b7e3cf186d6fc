import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { test } from 'vitest'
import { Connections, linksOf } from '/work/wt/recall/test/kernel/connected.js'
import { isAml, stacksOf } from '/work/wt/recall/test/kernel/stacks.js'
import { link } from '/work/wt/recall/src/core/program/linker.js'
import { EDGE_KINDS } from '/work/wt/recall/src/core/program/graph.js'
import { indexTree } from '/work/wt/recall/src/node/indexTree.js'
const tree = '/work/main/.kernels/linux-source-6.1'
test('probe', async () => {
  const c = new Connections(link(await indexTree(tree, { arch: 'x86', config: null, jobs: 1 })), (p) => readFileSync(`${tree}/${p}`, 'latin1'))
  if (process.env.DBG) {
    const g = c.program.graph, s = c.program.symbols, ix = c.program.index
    for (const n of process.env.DBG.split(',')) for (let fn = 0; fn < s.count; fn++) if (s.text(s.name[fn]!) === n) {
      console.log(n, ix.files[s.file[fn]!]!.path, 'flags', s.flags[fn], 'root', c.rootKind(n))
      for (let e = g.first[fn]!; e < g.first[fn + 1]!; e++) console.log('    ', EDGE_KINDS[g.kind[e]!], g.line[e], s.text(s.name[g.to[e]!]!), ix.files[s.file[g.to[e]!]!]!.path, s.text(g.via[e]!))
    }
  }
  if (process.env.BT) { const [a, b] = process.env.BT.split(','); console.log('BT', a, b, c.between(a!, b!)); const ca = c as any; const s = c.program.symbols; const g = c.program.graph
    for (const fn of c.named(a!)) for (let e = g.first[fn]!; e < g.first[fn + 1]!; e++) console.log(s.text(s.name[g.to[e]!]!), ca.endsIn(fn, e), ca.isVisible(fn, g.to[e])) }
  const all = new Map<string, any>()
  for (const file of process.env.TRACES!.split(':')) {
    const raw = readFileSync(file)
    for (const s of stacksOf((file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('latin1'))) all.set(s.frames.join(' '), s)
  }
  const hows = new Map<string, Map<string, number>>()
  const none = new Map<string, { n: number; ex: string }>()
  let pairs = 0
  for (const s of all.values()) {
    if (isAml(s)) continue
    for (const { caller, callee, link } of linksOf(s.frames, c)) {
      pairs++
      const k = link.how + (link.how === 'root' || link.how === 'handed over' ? ' ' + link.kind : '')
      const m = hows.get(k) ?? new Map(); hows.set(k, m)
      const d = `${caller} -> ${callee}` + (link.how === 'edge' && link.missing.length ? ` [${link.missing}]` : '') + (link.how === 'handed over' ? ` by ${link.by}`:'')
      m.set(d, (m.get(d) ?? 0) + 1)
      if (link.how === 'none') { const o = none.get(d) ?? { n: 0, ex: `${s.phase}: ${s.frames.join(' < ')}` }; o.n++; none.set(d, o) }
    }
  }
  const ph: any = {}; for (const s of all.values()) ph[s.phase] = (ph[s.phase] ?? 0) + 1
  console.log(all.size, 'stacks', pairs, 'pairs', JSON.stringify(ph))
  for (const [k, m] of hows) console.log(k, m.size, [...m.values()].reduce((a, b) => a + b, 0))
  if (process.env.SHOW) for (const [k, m] of hows) if (new RegExp(process.env.SHOW).test(k)) for (const [d, n] of m) console.log('  ', k, n, d)
  for (const [d, { n, ex }] of none) console.log('NONE', n, d, '\n      ', ex)
}, 600000)
