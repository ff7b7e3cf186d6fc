/** A function of a measured machine, as a fixture keeps it. */
export interface Dumped {
  /** Non-zero rows of 16 bytes. */
  readonly rows: Readonly<Record<string, string>>
  readonly title?: string
  readonly size?: number
  /** What `lspci -vvv` says of its BARs. */
  readonly regions?: readonly string[]
}

/** As `lspci -xxxx -vvv` prints it. */
export function listing([slot, { rows, size = 4096, title = 'measured', regions = [] }]: [string, Dumped]): string {
  const lines = Array.from({ length: size / 16 }, (_, i) => {
    const at = (i * 16).toString(16)
    return `${at.padStart(2, '0')}: ${(rows[at] ?? '0'.repeat(32)).match(/../g)!.join(' ')}`
  })
  return [`${slot} ${title}`, ...regions.map((line) => `\t${line}`), ...lines, '', ''].join('\n')
}
