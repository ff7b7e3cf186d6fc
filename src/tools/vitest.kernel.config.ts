import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** One process, one file after the other: what a scan of a whole kernel has told is kept for the tests of all files. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/kernel/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
