import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { UserError } from '../node/userError.js'

/** A file that is there whole or not at all. Throws UserError if it cannot be written. */
export function writeWhole(file: string, text: string | Iterable<string>): void {
  const partial = `${file}.${process.pid}.part`
  try {
    writePieces(partial, text)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(`cannot write ${file}: ${code}`, 'name a file that can be written')
  }
}

/** To a file, or to stdout when none is named. */
export function writeOut(text: string | Iterable<string>, file: string | null): void {
  if (file !== null) writeWhole(file, text)
  else for (const chunk of chunks(text)) process.stdout.write(chunk)
}

function writePieces(file: string, text: string | Iterable<string>): void {
  const fd = openSync(file, 'w')
  try {
    for (const chunk of chunks(text)) {
      const bytes = Buffer.from(chunk)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    }
  } finally {
    closeSync(fd)
  }
}

const CHUNK = 1 << 18

/** Pieces of a text put together to larger ones, each some hundred kilobytes. */
function* chunks(text: string | Iterable<string>): Generator<string> {
  if (typeof text === 'string') {
    yield text
    return
  }
  let chunk = ''
  for (const piece of text) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}
