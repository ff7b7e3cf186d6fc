/**
 * A kernel `.config` as plain data, and what it says of a symbol. Live update symbols are taken as set whatever it
 * says: a kernel without them has nothing to review.
 */

export interface KernelConfig {
  /** Text behind `=` by symbol, without `CONFIG_`; `n` for `# CONFIG_X is not set`. */
  readonly values: ReadonlyMap<string, string>
  /**
   * Written by kconfig, which leaves out only what cannot be set (scripts/kconfig/confdata.c, conf_write). Of a fragment
   * nothing follows for the symbols that it does not name.
   */
  readonly isComplete: boolean
}

const LINE = /^CONFIG_(\w+)=(y|m|n|-?\d+|0[xX][\da-fA-F]+|"(?:[^"\\]|\\.)*")$/
const NOT_SET = /^# CONFIG_(\w+) is not set$/

/** Reads a `.config`; a text that is none is answered with what is wrong. */
export function readKernelConfig(text: string): KernelConfig | { readonly problem: string } {
  const values = new Map<string, string>()
  let isComplete = false
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const [, unset] = NOT_SET.exec(line) ?? []
    const [, name, value] = LINE.exec(line) ?? []
    if (unset !== undefined) values.set(unset, 'n')
    else if (name !== undefined) values.set(name, value!)
    else if (line.startsWith('#')) isComplete ||= line.startsWith('# Automatically generated file; DO NOT EDIT')
    else if (line !== '') return { problem: `line ${i + 1} is no CONFIG_NAME=value` }
  }
  return values.size === 0 ? { problem: 'it sets no CONFIG_ symbol' } : { values, isComplete }
}

/** Value of a symbol (its name without `CONFIG_`), `n` if it is not set, null if nobody can say. */
export function valueOfSymbol(config: KernelConfig | null, name: string): string | null {
  if (name.includes('LIVEUPDATE')) return 'y'
  return config?.values.get(name) ?? (config?.isComplete ? 'n' : null)
}
