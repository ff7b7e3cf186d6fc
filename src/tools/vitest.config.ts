import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The fast suite: everything that needs neither a VS Code nor a whole kernel. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/kernel/**', 'out/**', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
