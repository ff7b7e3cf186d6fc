import type { InitializeParams } from 'vscode-languageserver/node'
import type { ClientOptions } from '../protocol/server.js'

/** What the client can do and has said at the start. */
export interface Client {
  readonly folders: readonly string[]
  /** URI of the folder of rule pages, without a slash at the end. */
  readonly rulePages: string | null
  readonly explains: boolean
  readonly settings: unknown
  readonly related: boolean
  readonly asksSettings: boolean
  readonly tellsFolders: boolean
  readonly registersSettings: boolean
  readonly registersWatchers: boolean
}

export function readClient(params: InitializeParams): Client {
  const options = (params.initializationOptions ?? {}) as ClientOptions
  const { workspace, textDocument } = params.capabilities
  return {
    folders: params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []),
    rulePages: typeof options.rulePages === 'string' ? options.rulePages.replace(/\/$/, '') : null,
    explains: options.explains === true,
    settings: options.settings,
    related: textDocument?.publishDiagnostics?.relatedInformation === true,
    asksSettings: workspace?.configuration === true,
    tellsFolders: workspace?.workspaceFolders === true,
    registersSettings: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  }
}
