/** Reads and indexes files, one after the other, into one buffer that grows to the largest of them. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { FileIndexer } from '../core/index/indexFile.js'
import type { Names } from '../core/index/names.js'

/** Facts of several files in one block: file i is `[ends[i - 1], ends[i])`, of length 0 if it could not be read. */
export interface BatchFacts {
  readonly data: Int32Array<ArrayBuffer>
  readonly ends: Int32Array<ArrayBuffer>
  readonly bytes: number
  readonly problems: readonly { readonly path: string; readonly why: string }[]
}

export class BatchIndexer {
  private readonly indexer: FileIndexer
  private buffer = new Uint8Array(1 << 20)

  constructor(
    private readonly root: string,
    names: Names,
  ) {
    this.indexer = new FileIndexer(names)
  }

  index(paths: readonly string[]): BatchFacts {
    const blocks: Int32Array[] = []
    const problems: { path: string; why: string }[] = []
    let bytes = 0
    for (const path of paths) {
      try {
        const length = this.read(path)
        bytes += length
        blocks.push(this.indexer.index(this.buffer, length, path))
      } catch (error) {
        problems.push({ path, why: (error as NodeJS.ErrnoException).code ?? String(error) })
        blocks.push(new Int32Array(0))
      }
    }
    return { ...joined(blocks), bytes, problems }
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
