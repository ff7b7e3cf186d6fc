import type { Task } from '../core/cancel.js'
import type { Settings } from '../core/config/settings.js'
import type { ReviewSession } from '../core/review.js'

/** Indexes the kernel tree at `root` in worker threads. Throws UserError if it is no kernel tree, Cancelled on abort. */
export async function openSession(
  _root: string,
  _options: { readonly settings: Settings; readonly jobs?: number | undefined; readonly task?: Task | undefined },
): Promise<ReviewSession> {
  throw new Error('under construction')
}
