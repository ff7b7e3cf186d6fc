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

export class BatchIndexer {
  private readonly indexer: FileIndexer
  private buffer = new Uint8Array(1 << 20)
  /** Facts of the batch being read: memory that is used again, as a block for each file would leave the heap in holes. */
  private facts = new Int32Array(1 << 18)
  private used = 0

  constructor(
    private readonly root: string,
    names: Names,
    config: KernelConfig | null,
  ) {
    this.indexer = new FileIndexer(names, config)
  }

  index(files: readonly FileToIndex[]): BatchFacts {
    const ends = new Int32Array(files.length)
    const problems: { path: string; why: string }[] = []
    let bytes = 0
    this.used = 0
    for (const [i, file] of files.entries()) {
      try {
        bytes += this.indexOne(file)
      } catch (error) {
        problems.push({ path: file.path, why: (error as NodeJS.ErrnoException).code ?? String(error) })
      }
      ends[i] = this.used
    }
    return { data: this.facts.slice(0, this.used), ends, bytes, problems }
  }

  /** Adds the facts of a file to the batch; answers the file's length. */
  private indexOne({ path, role }: FileToIndex): number {
    if (role === 'count') return statSync(join(this.root, path)).size
    const length = this.read(path)
    if (role === 'writes' && !this.mayWrite(length)) return length
    this.indexer.index(this.buffer, length, path, (ints) => this.allocate(ints))
    return length
  }

  private allocate(ints: number): Int32Array<ArrayBuffer> {
    const start = this.used
    this.used += ints
    if (this.used > this.facts.length) {
      const larger = new Int32Array(this.used * 2)
      larger.set(this.facts)
      this.facts = larger
    }
    return this.facts.subarray(start, this.used)
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
