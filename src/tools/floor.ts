/**
 * What a run cannot do without: `floor.js tokens|index TREE LIST` reads the files named in LIST, one a line, and takes
 * them apart into tokens, or indexes them; `floor.js kept TREE FOLDER` reads the index that is kept in FOLDER. Run by the
 * benchmark beside whole scans.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../core/config/settings.js'
import { Lexer, Token } from '../core/index/lexer.js'
import { Names } from '../core/index/names.js'
import { BatchIndexer } from '../node/fileBatch.js'
import { indexTree } from '../node/indexTree.js'
import { KeptIndex } from '../node/keptIndex.js'

const [what, root, from] = process.argv.slice(2)
if (what === 'kept')
  await indexTree(root!, { ...defaultSettings, jobs: 1, kept: new KeptIndex(from!, root!, defaultSettings) })
else readAll(readFileSync(from!, 'utf8').trim().split('\n'))

function readAll(paths: readonly string[]): void {
  if (what === 'index') {
    const indexer = new BatchIndexer(root!, new Names(1 << 18), null)
    for (let at = 0; at < paths.length; at += 128)
      indexer.index(paths.slice(at, at + 128).map((path) => ({ path, role: 'link' })))
  } else {
    const lexer = new Lexer()
    for (const path of paths) {
      const bytes = readFileSync(join(root!, path))
      const padded = new Uint8Array(bytes.length + 1)
      padded.set(bytes)
      lexer.open(padded, 0, bytes.length, 1)
      while (lexer.next() !== Token.end);
    }
  }
}
