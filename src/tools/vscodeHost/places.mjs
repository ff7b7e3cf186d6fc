import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
export const hostFolder = join(checkout, '.vscode-test', 'code-server')
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** The tests as bundles; under node_modules' reach, since mocha stays outside of them. */
export const testBundles = join(checkout, '.vscode-test', 'host-tests')
export const screenshots = join(checkout, '.vscode-test', 'screenshots')
export const driver = join(checkout, 'test', 'host', 'driver')
export const vsix = join(checkout, 'liveupdate-review.vsix')
