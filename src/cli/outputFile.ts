import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { UserError } from '../node/userError.js'

/** A file that is there whole or not at all. Throws UserError if it cannot be written. */
export function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}.part`
  try {
    writeFileSync(partial, text)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(`cannot write ${file}: ${code}`, 'name a file that can be written')
  }
}

/** To a file, or to stdout when none is named. */
export function writeOut(text: string, file: string | null): void {
  if (file === null) process.stdout.write(text)
  else writeWhole(file, text)
}
