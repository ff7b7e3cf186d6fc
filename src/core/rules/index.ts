/** The registry of rules, in the order in which they are listed. */
import { badSuppression } from './badSuppression.js'
import { crashGuard } from './crashGuard.js'
import { debugLeftIn } from './debugLeftIn.js'
import type { Rule } from './defineRule.js'
import { delayKept } from './delayKept.js'
import { emptyGuard } from './emptyGuard.js'
import { falseSuccess } from './falseSuccess.js'
import { guardOutsideWindow } from './guardOutsideWindow.js'
import { guardWithoutWrite } from './guardWithoutWrite.js'
import { inertGuard } from './inertGuard.js'
import { iommuOwned } from './iommuOwned.js'
import { meagerChangelog } from './meagerChangelog.js'
import { missingDocumentation } from './missingDocumentation.js'
import { missingJustification } from './missingJustification.js'
import { mixedPlacement } from './mixedPlacement.js'
import { mixedStages } from './mixedStages.js'
import { msiPreserved } from './msiPreserved.js'
import { needlessGuard } from './needlessGuard.js'
import { notMadeUp } from './notMadeUp.js'
import { scatteredGuard } from './scatteredGuard.js'
import { seriesTooBroad } from './seriesTooBroad.js'
import { shutdownWrite } from './shutdownWrite.js'
import { staleKernelDoc } from './staleKernelDoc.js'
import { staleShadow } from './staleShadow.js'
import { unfinished } from './unfinished.js'
import { unguardedWrite } from './unguardedWrite.js'
import { unknownBase } from './unknownBase.js'
import { unsetAfterSkip } from './unsetAfterSkip.js'
import { vacuousJustification } from './vacuousJustification.js'
import { writeBeforeGuard } from './writeBeforeGuard.js'
import { wrongDeviceGuard } from './wrongDeviceGuard.js'

export const rules: readonly Rule[] = [
  unguardedWrite,
  shutdownWrite,
  wrongDeviceGuard,
  inertGuard,
  writeBeforeGuard,
  crashGuard,
  missingJustification,
  vacuousJustification,
  msiPreserved,
  needlessGuard,
  iommuOwned,
  scatteredGuard,
  mixedPlacement,
  mixedStages,
  emptyGuard,
  guardWithoutWrite,
  guardOutsideWindow,
  notMadeUp,
  unsetAfterSkip,
  staleShadow,
  falseSuccess,
  delayKept,
  badSuppression,
  meagerChangelog,
  seriesTooBroad,
  missingDocumentation,
  unfinished,
  staleKernelDoc,
  unknownBase,
  debugLeftIn,
]
