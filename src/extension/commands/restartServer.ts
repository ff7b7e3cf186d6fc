import type { Command } from './command.js'

export const restartServer: Command = {
  id: 'liveUpdateReview.restartServer',
  async run({ client }) {
    await client.restart()
  },
}
