/** The registry of rules, in the order in which findings of one place are shown. */
import { badSuppression } from './badSuppression.js'
import type { Rule } from './defineRule.js'
import { unguardedWrite } from './unguardedWrite.js'

export const rules: readonly Rule[] = [unguardedWrite, badSuppression]
