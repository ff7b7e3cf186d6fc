/**
 * A tree on disk to its index, on several threads. The answer does not depend on how many there are, nor on what is kept
 * of an earlier run.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Cancelled, checkCancelled, type Task } from '../core/cancel.js'
import type { KernelConfig } from '../core/config/kernelConfig.js'
import { FileFacts, realFunctions, translateNames } from '../core/index/facts.js'
import { Names, type NamesBlock, NameTranslation } from '../core/index/names.js'
import type { IndexedFile, TreeIndex } from '../core/index/treeIndex.js'
import { isLinked, NOT_KERNEL } from '../core/program/areas.js'
import { BuildRules } from '../core/program/kbuild.js'
import { type BatchFacts, BatchIndexer, type FileToIndex } from './fileBatch.js'
import type { ToWorker, WorkerInput } from './indexWorker.js'
import { workerScript } from './indexWorkerScript.js'
import type { KeptFacts, KeptIndex } from './keptIndex.js'
import { checkKernelTree, kernelVersion, SKIPPED, treeFiles } from './treeFiles.js'

const BATCH = 128

interface IndexedBatch {
  readonly facts: BatchFacts
  /** Names of the thread that read it, null if it was ours. */
  readonly worker: number | null
}

export interface IndexOptions {
  readonly arch: string
  readonly config: KernelConfig | null
  /** Threads; 1 reads in this one. */
  readonly jobs: number
  readonly task?: Task | undefined
  /** Told of every Kbuild and Kconfig file before it is read. */
  readonly onBuildFile?: ((path: string) => void) | undefined
  /** The index of an earlier run; it looks at the tree before anything else. */
  readonly kept?: KeptIndex | undefined
}

export async function indexTree(root: string, options: IndexOptions): Promise<TreeIndex> {
  checkKernelTree(root)
  const { kept } = options
  const files = withRoles(root, kept?.tree.paths ?? treeFiles(root), options)
  const known = kept?.read() ?? null
  const changed = known ? files.filter((file) => !known.of(file)) : files
  const read = await indexFiles(root, changed, known?.names ?? new Names(1 << 18), options)
  const index = known ? withKept(files, known, read) : read
  kept?.write(index, files, changed.length)
  return index
}

/** The index of some files of a tree, as if it had no others. */
async function indexFiles(
  root: string,
  files: readonly FileToIndex[],
  names: Names,
  options: IndexOptions,
): Promise<TreeIndex> {
  const batches: FileToIndex[][] = []
  for (let at = 0; at < files.length; at += BATCH) batches.push(files.slice(at, at + BATCH))
  const script = workerScript()
  const jobs = Math.min(options.jobs, batches.length)
  const { results, tables } =
    jobs > 1 && script
      ? await indexInWorkers({ root, config: options.config }, batches, script, jobs, options.task)
      : { results: indexHere({ root, config: options.config }, batches, names, options.task), tables: [] }
  return assemble(root, batches, results, tables, names)
}

/** The index of all files: those that were read now, and the others as they are kept. */
function withKept(files: readonly FileToIndex[], kept: KeptFacts, read: TreeIndex): TreeIndex {
  const fresh = new Map(read.files.map((file) => [file.path, file]))
  const counts = { ...read.counts }
  const all = files.map((file): IndexedFile => {
    const known = kept.of(file)
    if (!known) return fresh.get(file.path)!
    const { facts, bytes } = known
    counts.files++
    counts.bytes += bytes
    if (facts) count(facts, counts)
    return { path: file.path, facts, isBuilt: facts !== null && file.role === 'link' }
  })
  return { ...read, files: all, counts }
}

function count(facts: FileFacts, counts: { functions: number; calls: number }): void {
  counts.functions += realFunctions(facts)
  counts.calls += facts.count('calls') + facts.count('fieldCalls')
}

function indexHere(
  { root, config }: WorkerInput,
  batches: readonly FileToIndex[][],
  names: Names,
  task: Task | undefined,
): IndexedBatch[] {
  const indexer = new BatchIndexer(root, names, config)
  return batches.map((batch, i) => {
    checkCancelled(task)
    task?.progress?.({ done: i * BATCH, total: batches.length * BATCH, what: 'indexing' })
    return { facts: indexer.index(batch), worker: null }
  })
}

async function indexInWorkers(
  workerData: WorkerInput,
  batches: readonly FileToIndex[][],
  script: string,
  jobs: number,
  task: Task | undefined,
): Promise<{ results: IndexedBatch[]; tables: NamesBlock[] }> {
  const results: IndexedBatch[] = []
  const tables: NamesBlock[] = []
  let next = 0
  let done = 0
  const workers = Array.from({ length: jobs }, () => new Worker(script, { workerData }))
  const stop = (): void => {
    for (const worker of workers) void worker.terminate()
  }
  const run = (worker: Worker, w: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        if (task?.signal?.aborted) {
          reject(new Cancelled())
          return
        }
        const batch = next++
        const message: ToWorker = batch < batches.length ? { batch, files: batches[batch]! } : { batch: null }
        worker.postMessage(message)
      }
      worker.on('message', (message: { batch: number; facts: BatchFacts } | { names: NamesBlock }) => {
        if ('names' in message) {
          tables[w] = message.names
          resolve()
          return
        }
        results[message.batch] = { facts: message.facts, worker: w }
        task?.progress?.({ done: ++done * BATCH, total: batches.length * BATCH, what: 'indexing' })
        give()
      })
      worker.on('error', reject)
      give()
    })
  try {
    await Promise.all(workers.map(run))
    return { results, tables }
  } finally {
    stop()
  }
}

function assemble(
  root: string,
  batches: readonly FileToIndex[][],
  results: readonly IndexedBatch[],
  tables: readonly NamesBlock[],
  names: Names,
): TreeIndex {
  const translations = tables.map((table) => new NameTranslation(names, table))
  const files: IndexedFile[] = []
  const unreadable: { path: string; why: string }[] = []
  const counts = { files: 0, bytes: 0, functions: 0, calls: 0 }
  for (const [b, batch] of batches.entries()) {
    const { facts, worker } = results[b]!
    counts.files += batch.length - facts.problems.length
    counts.bytes += facts.bytes
    unreadable.push(...facts.problems)
    for (const [i, { path, role }] of batch.entries()) {
      const block = facts.data.subarray(i === 0 ? 0 : facts.ends[i - 1]!, facts.ends[i]!)
      if (block.length === 0) {
        files.push({ path, facts: null, isBuilt: false })
        continue
      }
      const file = new FileFacts(block)
      count(file, counts)
      if (worker !== null) translateNames(block, translations[worker]!)
      files.push({ path, facts: file, isBuilt: role === 'link' })
    }
  }
  return { names, files, counts, kernel: kernelVersion(root), skipped: [...SKIPPED, ...NOT_LINKED], unreadable }
}

/** Said in every report: what the counts of functions and calls leave out. */
const NOT_LINKED = [
  { path: 'arch', why: 'only the folder of the arch that is reviewed is read' },
  ...NOT_KERNEL.map((prefix) => ({ path: prefix.slice(0, -1), why: 'no code of the kernel' })),
]

function withRoles(root: string, paths: readonly string[], { arch, config, onBuildFile }: IndexOptions): FileToIndex[] {
  const read = (path: string): string | null => {
    onBuildFile?.(path)
    return readText(root, path)
  }
  const build = new BuildRules(read, arch, config)
  return paths.map((path) => ({
    path,
    role: !isLinked(path, arch) ? 'count' : build.canBeBuilt(path) ? 'link' : 'writes',
  }))
}

function readText(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), 'latin1')
  } catch {
    return null
  }
}
