import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The fast tests: no kernel and no VS Code needed. Two cores are what a small CI machine has. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/kernel/**', 'node_modules/**', 'out/**', '.vscode-test/**', '.kernels/**'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
