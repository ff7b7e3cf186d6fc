/**
 * A file made of parts whose lengths the reader knows: bytes and integers as they lie in memory, on 4 byte borders, and
 * a checksum at the end.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

const ALIGNMENT = 4

/** Throws the system's errors, and an Error where the file is too short. */
export class PartsReader {
  private at = 0
  private sum = 0
  private readonly fd: number

  constructor(path: string) {
    this.fd = openSync(path, 'r')
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(padded(length))
    this.fill(bytes)
    return bytes.subarray(0, length)
  }

  ints(count: number): Int32Array<ArrayBuffer> {
    const ints = new Int32Array(count)
    this.fill(new Uint8Array(ints.buffer))
    return ints
  }

  /** Whether all has been read, and is what was written. */
  isWhole(): boolean {
    const { sum } = this
    return this.ints(1)[0] === (sum | 0) && fstatSync(this.fd).size === this.at
  }

  close(): void {
    closeSync(this.fd)
  }

  private fill(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.fd, bytes, done, bytes.length - done, this.at)
      if (read === 0) throw new Error('cut short')
      done += read
      this.at += read
    }
    this.sum = crc32(bytes, this.sum)
  }
}

/** Writes a new file; throws the system's errors. */
export function writeParts(path: string, parts: Iterable<Uint8Array | Int32Array>): void {
  const fd = openSync(path, 'wx', 0o600)
  let sum = 0
  const write = (bytes: Uint8Array): void => {
    writeAll(fd, bytes)
    sum = crc32(bytes, sum)
  }
  try {
    for (const part of parts) {
      write(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
      write(new Uint8Array(padded(part.byteLength) - part.byteLength))
    }
    write(new Uint8Array(Int32Array.of(sum).buffer))
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}
