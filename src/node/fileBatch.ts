/** Reads and indexes files, one after the other, into one buffer that grows to the largest of them. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KernelConfig } from '../core/config/kernelConfig.js'
import { FileIndexer } from '../core/index/indexFile.js'
import type { Names } from '../core/index/names.js'
import { ACCESSOR_MARKS } from '../core/writes/accessors.js'

/**
 * What a file is read for. `link`: it is part of the program. `writes`: no configuration builds it, only its writes are
 * listed. `count`: it belongs to another arch or to a program beside the kernel, only its size is of interest.
 */
export type FileRole = 'link' | 'writes' | 'count'

export interface FileToIndex {
  readonly path: string
  readonly role: FileRole
}

/** Facts of several files in one block: file i is `[ends[i - 1], ends[i])`, of length 0 if it was not indexed. */
export interface BatchFacts {
  readonly data: Int32Array<ArrayBuffer>
  readonly ends: Int32Array<ArrayBuffer>
  readonly bytes: number
  readonly problems: readonly { readonly path: string; readonly why: string }[]
}

const NOTHING = new Int32Array(0)

export class BatchIndexer {
  private readonly indexer: FileIndexer
  private buffer = new Uint8Array(1 << 20)

  constructor(
    private readonly root: string,
    names: Names,
    config: KernelConfig | null,
  ) {
    this.indexer = new FileIndexer(names, config)
  }

  index(files: readonly FileToIndex[]): BatchFacts {
    const blocks: Int32Array[] = []
    const problems: { path: string; why: string }[] = []
    let bytes = 0
    for (const file of files) {
      try {
        const { length, block } = this.indexOne(file)
        bytes += length
        blocks.push(block)
      } catch (error) {
        problems.push({ path: file.path, why: (error as NodeJS.ErrnoException).code ?? String(error) })
        blocks.push(NOTHING)
      }
    }
    return { ...joined(blocks), bytes, problems }
  }

  private indexOne({ path, role }: FileToIndex): { readonly length: number; readonly block: Int32Array } {
    if (role === 'count') return { length: statSync(join(this.root, path)).size, block: NOTHING }
    const length = this.read(path)
    if (role === 'writes' && !this.mayWrite(length)) return { length, block: NOTHING }
    return { length, block: this.indexer.index(this.buffer, length, path) }
  }

  /** False if nothing in the buffer looks like the name of an accessor: a cheap search over raw bytes. */
  private mayWrite(length: number): boolean {
    const bytes = Buffer.from(this.buffer.buffer, 0, length)
    return ACCESSOR_MARKS.some((mark) => bytes.includes(mark))
  }

  /** Reads a file into the buffer, with a zero byte behind it; answers its length. */
  private read(path: string): number {
    const fd = openSync(join(this.root, path), 'r')
    try {
      const { size } = fstatSync(fd)
      if (size + 1 > this.buffer.length) this.buffer = new Uint8Array(size * 2 + 1)
      let length = 0
      for (let n = -1; n !== 0 && length < size; length += n) n = readSync(fd, this.buffer, length, size - length, null)
      this.buffer[length] = 0
      return length
    } finally {
      closeSync(fd)
    }
  }
}

function joined(blocks: readonly Int32Array[]): Pick<BatchFacts, 'data' | 'ends'> {
  const data = new Int32Array(blocks.reduce((sum, block) => sum + block.length, 0))
  const ends = new Int32Array(blocks.length)
  let at = 0
  for (const [i, block] of blocks.entries()) {
    data.set(block, at)
    at += block.length
    ends[i] = at
  }
  return { data, ends }
}
