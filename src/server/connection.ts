import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node'

/** By the flags of the command line (`--node-ipc`, `--pipe`, `--socket`, `--stdio`), on stdio if none is given. */
export function connectionOf(args: readonly string[]): Connection {
  const chosen = args.some((arg) => /^--(node-ipc|stdio|pipe(=|$)|socket(=|$))/.test(arg))
  return chosen
    ? createConnection(ProposedFeatures.all)
    : createConnection(ProposedFeatures.all, process.stdin, process.stdout)
}
