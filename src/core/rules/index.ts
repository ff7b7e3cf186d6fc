/** The registry of rules, in the order in which findings of one place are shown. */
import { badSuppression } from './badSuppression.js'
import type { Rule } from './defineRule.js'
import { delayKept } from './delayKept.js'
import { emptyGuard } from './emptyGuard.js'
import { falseSuccess } from './falseSuccess.js'
import { guardWithoutWrite } from './guardWithoutWrite.js'
import { staleShadow } from './staleShadow.js'
import { unguardedWrite } from './unguardedWrite.js'
import { unsetAfterSkip } from './unsetAfterSkip.js'

export const rules: readonly Rule[] = [
  unguardedWrite,
  emptyGuard,
  guardWithoutWrite,
  unsetAfterSkip,
  staleShadow,
  falseSuccess,
  delayKept,
  badSuppression,
]
