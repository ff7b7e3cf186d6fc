import manifest from '../../package.json' with { type: 'json' }

/** Name and version as every report carries them. */
export const tool = { name: manifest.name, version: manifest.version } as const
