/** Worker thread of the index: takes batches of files, answers their facts, and at the end its table of names. */
import { parentPort, workerData } from 'node:worker_threads'
import type { KernelConfig } from '../core/config/kernelConfig.js'
import { Names } from '../core/index/names.js'
import { BatchIndexer, type FileToIndex } from './fileBatch.js'
import { holdHeap } from './heap.js'

export type ToWorker = { readonly batch: number; readonly files: readonly FileToIndex[] } | { readonly batch: null }

export interface WorkerInput {
  readonly root: string
  readonly config: KernelConfig | null
}

holdHeap()
const { root, config } = workerData as WorkerInput
const names = new Names(1 << 16)
const indexer = new BatchIndexer(root, names, config)

parentPort?.on('message', (message: ToWorker) => {
  if (message.batch === null) {
    const block = names.export()
    parentPort?.postMessage({ names: block }, [block.arena.buffer, block.starts.buffer, block.hashes.buffer])
    parentPort?.close()
    return
  }
  const facts = indexer.index(message.files)
  parentPort?.postMessage({ batch: message.batch, facts }, [facts.data.buffer, facts.ends.buffer])
})
