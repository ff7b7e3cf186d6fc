import { CLEAR_SCAN_REQUEST } from '../../protocol/server.js'
import type { Command } from './command.js'

export const clearScan: Command = {
  id: 'liveUpdateReview.clearScan',
  async run({ client }) {
    await client.sendRequest(CLEAR_SCAN_REQUEST)
  },
}
