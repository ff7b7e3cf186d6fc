/** The mails and patches that a user names: files, folders, stdin, plain or gzip. Text is bytes, one character each. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Series, seriesOf } from '../core/series/series.js'
import { terminalText } from '../core/text/terminal.js'
import { UserError } from './userError.js'

/** More than any thread of the lists; a larger file is none. */
const MOST_BYTES = 256 * 1024 * 1024

/** The series in some files. Throws UserError if there is none, or a name in it leads out of the tree. */
export function readSeries(inputs: readonly string[]): Series {
  const found = seriesOf(readSeriesFiles(inputs))
  if (!found)
    throw new UserError(`no patch in ${inputs.join(', ')}`, 'name mails with [PATCH] in the subject, or a diff')
  for (const { number, files } of found.patches)
    for (const { problem, hasBadName } of files)
      if (hasBadName)
        throw new UserError(
          `patch ${number} names ${terminalText(problem ?? '')}`,
          'nothing of this series is read; take the patch out',
        )
  return found
}

/** Throws UserError for what is not there or cannot be read. */
export function readSeriesFiles(inputs: readonly string[]): readonly string[] {
  return inputs.flatMap((input) => (input === '-' ? [readOne(0, 'stdin')] : filesOf(input).map((f) => readOne(f, f))))
}

function filesOf(input: string): readonly string[] {
  if (!existsSync(input)) throw new UserError(`${input} does not exist`, 'name an mbox, a patch or a folder of them')
  if (!statSync(input).isDirectory()) return [input]
  // A maildir keeps its mails in two folders.
  const folders = [input, ...['new', 'cur'].map((name) => join(input, name))].filter((path) => existsSync(path))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name)),
  )
  return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

function readOne(file: string | number, name: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: MOST_BYTES })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UserError(`cannot read ${name}: ${code ?? message}`, 'name a readable mbox, patch or folder')
  }
  return bytes.toString('latin1')
}
