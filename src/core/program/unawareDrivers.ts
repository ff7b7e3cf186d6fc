/**
 * Drivers that take no device over in this tree. Where live update guards stand somewhere, a driver that can hand devices
 * over has code for it; one without is not yet part of it, and what it does to its device when a user opens it is for
 * the series that adds it. A tree with no guard at all shows what such drivers would do.
 */
import { areaOf } from './areas.js'
import type { Program } from './linker.js'

/** Names by which every public series calls what belongs to it, in code or in comments. */
const LIVE_UPDATE = /live_?update|\bluo_|\blu_|skip_kexec_clear_master/i

export function unawareDrivers(
  { index }: Program,
  hasGuards: boolean,
  read: (path: string) => string | null,
): (file: string) => boolean {
  if (!hasGuards) return () => false
  const known = new Map<string, boolean>()
  const speaks = (path: string): boolean => LIVE_UPDATE.test(read(path) ?? '')
  const isAware = (file: string): boolean => {
    if (speaks(file)) return true
    const folder = folderOf(file)
    return index.files.some(
      ({ path, isBuilt }) => isBuilt && folderOf(path) === folder && areaOf(path).isDriver && speaks(path),
    )
  }
  return (file) => {
    if (!areaOf(file).isDriver) return false
    const answer = known.get(file) ?? !isAware(file)
    known.set(file, answer)
    return answer
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
