/**
 * A copy of a piece of a text. Engines make a long piece a view of the text it was cut from, which then stays in memory:
 * of a kernel's reports that would be every file with a write.
 */
export function detached(piece: string): string {
  return [...piece].join('')
}
