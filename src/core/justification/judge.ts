/**
 * Whether a comment gives a reason: what would break, or why the cold boot flow cannot be used, in words that fit what
 * is written. Plain words and their order in a sentence, no more; what was seen is said, so that a reader can judge the
 * judge. The measure is JG1's: why it is needed, and why the cold boot flow cannot be used.
 */

/** The words of one feature. `words` name it; `harms` name what suffers when it is written at the wrong time. */
export interface Vocabulary {
  readonly words: readonly string[]
  readonly harms: readonly string[]
}

export interface Judgement {
  readonly given: boolean
  /** Why so, for the reader: what was found, or what is lacking. */
  readonly reason: string
}

/** A verb or state that says harm is done. */
const HARM =
  /\b(?:break(?:s|ing|age)?|broke(?:n)?|corrupt\w*|cut(?:s|ting)?(?: off)?|stop(?:s|ped|ping)?|stall(?:s|ed|ing)?|los(?:e|es|t|ing)|drop(?:s|ped|ping)?|mis-?rout\w*|re-?rout\w*|re-?direct\w*|kill(?:s|ed|ing)?|hang(?:s|ing)?|abort(?:s|ed|ing)?|disrupt\w*|disturb\w*|interfere\w*|undefined|malformed|fault(?:s|ed|ing)?|fail(?:s|ed|ing|ure)?|mismatch\w*|torn|unreachable|vanish\w*|disappear\w*|block(?:s|ed|ing)?|reject(?:s|ed|ing)?|split(?:s|ting)?|merg(?:e|es|ed|ing)|reset(?:s|ting)?|tear(?:s|ing)? down|tak(?:e|es|ing) (?:\w+ ){0,3}(?:away|down)|no longer|cannot (?:reach|find|get)|can't (?:reach|find|get)|wrong|stale|behind (?:its|the) back)\b/

/** What can suffer, whatever the feature. */
const TRAFFIC =
  /\b(?:dma|traffic|transactions?|transfers?|requests?|completions?|tlps?|p2p|peer[ -]to[ -]peer|in[ -]flight|outstanding|iommu groups?|translations?|interrupts?|irqs?|msis?|vfs?|mmio|messages?|memory|guests?|vms?|routing|routed|doorbells?|page requests?|wake[ -]?ups?|config (?:space )?access(?:es)?|running device|device in use|link)\b/

/** Traffic that is said to be going on: what would be hurt need not be said then. */
const GOING_ON =
  /\b(?:in[ -]flight|on-?going|outstanding|still (?:\w+ing|running|in use|live|active)|keeps? (?:\w+ing|on)|(?:is|are|be) (?:\w+ )?(?:running|doing|issuing|using|performing|active|live)|continu\w+|goes? on)\b/

/** To keep something going is to say what would break. */
const KEEP =
  /\b(?:keep|keeps|keeping|leave|leaves|leaving|let|continue|survive|uninterrupted|without interrupting|must not lose|intact|alive|flowing)\b/

const COLD_BOOT =
  /\b(?:cold[ -]boots?|cold reset|normal boot|ordinary boot|regular (?:boot|flow|path)|fresh(?:ly)? (?:boot\w*|enumerat\w*)|power[ -]on defaults?|re-?siz\w*|siz(?:e|es|ing)|re-?assign\w*|re-?number\w*|re-?enumerat\w*|re-?program\w*|re-?writ\w*|re-?configur\w*|re-?comput\w*|re-?negotiat\w*|re-?train\w*|re-?enabl\w*|re-?alloc\w*|toggl\w*|all[ -]ones)\b/

const CAUSE =
  /\b(?:because|since|as (?:it|this|that|the|they|a|an)|otherwise|or else|so that|so (?:it|the|they)|would|will|requires?|needs? (?:to|a)|due to|that is why|which (?:would|will|is why)|could|may|might|if (?:it|we|this|that|the)|while|until|lest|in order to)\b/

const NEGATED =
  /\b(?:do(?:es)?n'?t|does not|do not|did not|won'?t|will not|cannot|can'?t|never|not known to|unlikely to|no reason to)\s+(?:\w+\s+){0,2}?(?=break|corrupt|cut|stop|stall|lose|drop|mis|kill|hang|abort|disrupt|disturb|interfere|fault|fail|block|reset)/

const OPEN =
  /\b(?:todo|fixme|xxx|hack|tbd|wip)\b|\b(?:not sure|no idea|unclear|don'?t know|do not know|need to (?:check|find out|think)|to be (?:checked|decided|documented)|someone should|why\?)/

/** Which of `own` and of the other features' words a comment uses, and what it says happens to what. */
export function judge(comment: string, own: Vocabulary, others: readonly Vocabulary[] = []): Judgement {
  const text = normal(comment)
  if (text === '') return lacking('it is empty')
  const open = OPEN.exec(text)
  if (open) return lacking(`it leaves the reason open ("${open[0]}")`)
  const found = sentences(text)
    .map((sentence) => reasonIn(sentence, text, own))
    .find((reason) => reason !== null)
  if (!found) return lacking(withoutReason(text))
  if (names(text, own.words) !== null) return { given: true, reason: found }
  const foreign = others.map((other) => names(text, other.words)).find((word) => word !== null)
  if (!foreign && names(text, own.harms) !== null) return { given: true, reason: found }
  if (foreign) return lacking(`it speaks of "${foreign}", which is not what is written here`)
  return lacking('it does not name what is written here, nor what depends on it')
}

function reasonIn(sentence: string, text: string, own: Vocabulary): string | null {
  const suffers = names(sentence, own.harms) ?? TRAFFIC.exec(sentence)?.[0] ?? null
  const harm = NEGATED.test(sentence) ? null : HARM.exec(sentence)
  if (harm && suffers && harm[0] !== suffers) return `it says what would break: "${harm[0]}", "${suffers}"`
  const going = GOING_ON.exec(sentence)
  if (going && suffers && names(text, own.words) !== null) return `it says what goes on: "${going[0]}", "${suffers}"`
  const keep = KEEP.exec(sentence)
  const cause = CAUSE.exec(sentence)
  const ownHarm = names(sentence, own.harms)
  if (cause && ownHarm) return `it says what depends on it: "${cause[0]}", "${ownHarm}"`
  if (keep && ownHarm && names(text, own.words) !== null && ownHarm !== names(text, own.words))
    return `it says what is to be kept: "${keep[0]}", "${ownHarm}"`
  const cold = COLD_BOOT.exec(sentence)
  if (cold && cause && (harm || suffers)) return `it says why the cold boot flow cannot be used: "${cold[0]}"`
  return null
}

function withoutReason(text: string): string {
  const what =
    /\b(?:skip\w*|avoid\w*|do(?:es)? not|don'?t|never|no need|not needed|leave\w*|keep\w*|preserv\w*)\b/.exec(text)
  const lacks = 'neither what would break nor why the cold boot flow cannot be used'
  return what ? `it says what is done ("${what[0]}"), ${lacks}` : `it says ${lacks}`
}

function lacking(reason: string): Judgement {
  return { given: false, reason }
}

/** The first of `words` that stands in the text as a word of its own, plural or not; null if none does. */
function names(text: string, words: readonly string[]): string | null {
  for (const word of words) {
    const plain = normal(word)
    for (let at = text.indexOf(plain); at >= 0; at = text.indexOf(plain, at + 1)) {
      const after = text.slice(at + plain.length, at + plain.length + 3)
      if (!/[a-z0-9]/.test(text[at - 1] ?? ' ') && /^(?:e?s)?(?![a-z0-9])/.test(after)) return word
    }
  }
  return null
}

function sentences(text: string): readonly string[] {
  return text.split(/(?<=[.!?])\s+|;\s+|\n\n+/).filter((sentence) => sentence !== '')
}

/** Lower case, one space between words, register names' underscores as they are. */
function normal(comment: string): string {
  return comment
    .toLowerCase()
    .replace(/\u2019/g, "'")
    .replace(/[ \t\r]*\n[ \t\r]*(?=\S)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
