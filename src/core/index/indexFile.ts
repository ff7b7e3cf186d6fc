/**
 * One file's bytes to its facts, in a single pass. Promises never to throw and to end, whatever the bytes; what it
 * reads wrongly (macros that change C's grammar) costs facts of that place, not of the file.
 */
import type { KernelConfig } from '../config/kernelConfig.js'
import { BodyReader } from './body.js'
import { Conditionals } from './conditionals.js'
import { Directives } from './directives.js'
import { FileFacts } from './facts.js'
import { type BodyReaders, readFileScope } from './fileScope.js'
import { IndexContext } from './indexContext.js'
import type { Names } from './names.js'

/** Reads many files with one set of buffers. */
export class FileIndexer {
  private readonly context: IndexContext
  private readonly bodies: BodyReaders
  private readonly macroBodies: BodyReader

  private readonly conditionals: Conditionals

  /** `config` decides which branches of `#if` are code; null leaves all of them but live update's. */
  constructor(names: Names, config: KernelConfig | null = null) {
    this.conditionals = new Conditionals(config)
    this.context = new IndexContext(names)
    this.bodies = {
      file: new BodyReader(this.context, this.context.lexer),
      expansion: new BodyReader(this.context, this.context.expansionLexer),
    }
    this.macroBodies = new BodyReader(this.context, this.context.inner)
  }

  /**
   * The facts of the file in `bytes[0, length)`; `bytes[length]` must be 0.
   * `path` only tells a header from a source file. `allocate` gives the memory for the facts.
   */
  index(
    bytes: Uint8Array,
    length: number,
    path: string,
    allocate = (ints: number) => new Int32Array(ints),
  ): Int32Array<ArrayBuffer> {
    const { context } = this
    context.words.reset()
    context.read(bytes, length)
    context.depth = 0
    context.nesting = 0
    context.condition = 0
    const directives = new Directives(context, path.endsWith('.h'), this.macroBodies, this.conditionals)
    context.lexer.onDirective = (start, end) => directives.handle(start, end)
    context.lexer.open(bytes, 0, length, 1)
    readFileScope(context, context.lexer, directives, this.bodies)
    return context.out.finish(allocate)
  }
}

/** Facts of a text of bytes, one character each. */
export function factsOfText(indexer: FileIndexer, text: string, path: string): FileFacts {
  const bytes = new Uint8Array(text.length + 1)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return new FileFacts(indexer.index(bytes, text.length, path))
}
