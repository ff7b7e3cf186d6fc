import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** The law of the layers: dependencies point one way, and the core touches nothing of the outside world. */

const source = join(import.meta.dirname, '..', 'src')

interface Import {
  readonly file: string
  /** `core/index/facts` for a file of ours, otherwise the module as it is named. */
  readonly target: string
  readonly isType: boolean
  readonly isDynamic: boolean
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.ts$/.test(path) && !path.endsWith('.d.ts') && !path.endsWith('.d.mts'))
  .sort()
const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]))

function importsIn(file: string, text: string): Import[] {
  const code = withoutComments(text)
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const calls = code.matchAll(/\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]\s*\)/g)
  return [
    ...[...statements].map(([, type, module]) => ({
      file,
      target: resolved(file, module!),
      isType: type !== undefined,
      isDynamic: false,
    })),
    ...[...calls].map(([, module]) => ({ file, target: resolved(file, module!), isType: false, isDynamic: true })),
  ]
}

function resolved(file: string, module: string): string {
  if (!module.startsWith('.')) return module
  return relative(source, join(source, dirname(file), module)).replace(/\.[jt]s$/, '')
}

/** Good enough for sources whose strings hold no comment openers; the test below would notice an import it lost. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/^\s*\/\/.*$/gm, '')
}

const imports = files.flatMap((file) => importsIn(file, texts.get(file)!))
const layerOf = (path: string): string => path.split('/', 1)[0]!
const importsOf = (layer: string): Import[] => imports.filter(({ file }) => layerOf(file) === layer)
const told = ({ file, target }: Import): string => `${file} imports ${target}`

interface Law {
  readonly modules: RegExp
  readonly types?: RegExp
}

/** What each layer may import besides its own files; `types` only as `import type`. */
const LAWS: Readonly<Record<string, Law>> = {
  core: { modules: /^web-tree-sitter$/ },
  node: { modules: /^(node:|core\/|\.\.\/package\.json$)/ },
  protocol: { modules: /^$/, types: /^core\// },
  server: {
    modules: /^(node:|core\/|node\/|protocol\/|vscode-languageserver(\/node)?$|vscode-languageserver-textdocument$)/,
  },
  cli: { modules: /^(node:|core\/|node\/|protocol\/)/ },
  panel: { modules: /^(protocol\/|core\/device\/|core\/report\/schema$)/ },
  extension: { modules: /^(vscode$|vscode-languageclient\/node$|node:|protocol\/)/, types: /^core\/report\/schema$/ },
}

describe('imports', () => {
  test('the walk sees the sources and what they import', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(imports.map(told)).toContain('core/review.ts imports core/program/linker')
    expect(imports.map(told)).toContain('cli/main.ts imports server/main')
    expect(new Set(files.map(layerOf))).toEqual(new Set([...Object.keys(LAWS), 'tools']))
  })

  test.each(Object.entries(LAWS))('%s imports only what it may', (layer, { modules, types }) => {
    const foreign = importsOf(layer).filter(({ file, target, isType, isDynamic }) => {
      if (layerOf(target) === layer && !target.startsWith('node:')) return false
      if (file === 'cli/main.ts' && target === 'server/main' && isDynamic) return false
      return !modules.test(target) && !(isType && types?.test(target))
    })
    expect(foreign.map(told)).toEqual([])
  })

  test('core/functions/parser.ts alone knows web-tree-sitter', () => {
    const knowing = imports.filter(({ target }) => target.startsWith('web-tree-sitter'))
    expect(knowing.map(({ file }) => file)).toEqual(['core/functions/parser.ts'])
  })

  test('only the extension imports vscode', () => {
    const knowing = imports.filter(({ target }) => target === 'vscode')
    expect(new Set(knowing.map(({ file }) => layerOf(file)))).toEqual(new Set(['extension']))
  })

  test('the command line loads the server only when it is asked for', () => {
    const crossing = imports.filter(
      ({ file, target }) =>
        ['cli', 'server', 'extension'].includes(layerOf(file)) &&
        ['cli', 'server', 'extension'].includes(layerOf(target)) &&
        layerOf(file) !== layerOf(target),
    )
    expect(crossing).toEqual([{ file: 'cli/main.ts', target: 'server/main', isType: false, isDynamic: true }])
  })

  test('nothing ships that imports src/tools', () => {
    const shipped = imports.filter(({ file, target }) => layerOf(file) !== 'tools' && layerOf(target) === 'tools')
    expect(shipped.map(told)).toEqual([])
  })

  test('no two files of the core import each other in a circle by value', () => {
    const edges = new Map<string, string[]>()
    for (const { file, target, isType } of importsOf('core'))
      if (!isType) edges.set(file.replace(/\.ts$/, ''), [...(edges.get(file.replace(/\.ts$/, '')) ?? []), target])
    expect(layersInCircle(edges)).toEqual([])
  })
})

/** Files on a circle of imports that leaves a folder and comes back: inside a folder, files may lean on each other. */
function layersInCircle(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const circles = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      const circle = path.slice(at)
      if (new Set(circle.map(dirname)).size > 1) circles.add([...circle].sort().join(' '))
      return
    }
    if (seen.has(file)) return
    for (const target of edges.get(file) ?? []) walk(target, [...path, file])
    seen.add(file)
  }
  const seen = new Set<string>()
  for (const file of edges.keys()) walk(file, [])
  return [...circles]
}

describe('the core is pure', () => {
  const FORBIDDEN = {
    console: /\bconsole\s*\./,
    process: /\bprocess\s*\./,
    'the clock': /\bDate\.now\b|\bnew Date\b|\bperformance\s*\./,
    chance: /\bMath\.random\b|\bcrypto\s*\./,
    timers: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/,
    'the network': /\bfetch\s*\(/,
    globals: /\bglobalThis\b/,
  }
  test.each(Object.entries(FORBIDDEN))('it does not touch %s', (_, pattern) => {
    const touching = files.filter((file) => layerOf(file) === 'core' && pattern.test(withoutTexts(texts.get(file)!)))
    expect(touching).toEqual([])
  })
})

/** Strings and comments may talk about a process or a clock. */
function withoutTexts(text: string): string {
  return withoutComments(text).replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
}
