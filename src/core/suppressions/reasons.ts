/**
 * Whether a suppression's reason says anything. A filler is one of fewer than three words, or one in which nothing is
 * left but words that would fit any finding ("known false positive, ignore for now").
 */
const EMPTY_WORDS = new Set(
  `a an and any as at be because been but by can cannot could do does doing done dont for from has have here how i if in
  is isnt it its just me my no not now of off on only or our so than that the their them then there these they this
  those to too us was we were what when where which will with would yes you your
  above accepted all alright asdf bar baz below blah bogus broken bug bugs care check checked checker code correct design dummy error errors expected
  exempt exception false fine finding findings fix fixed fixme fixup foo fp good hack harmless ignore ignored ignoring
  intended intentional intentionally issue issues known later legacy lint linter liveupdate lorem ipsum matter matters mistake na
  needed noise none nothing ok okay okey placeholder please positive positives problem problems real reason reasons
  refactor remove report reported reports review reviewed right safe see silence skip some soon sth stuff stupid suppress
  suppressed suppression tbd temp temporary test tested testing thing todo tool trust true unknown unneeded valid
  wait warning warnings whatever wip wont wontfix work works wrong xxx`.split(/\s+/),
)

export function isFiller(reason: string): boolean {
  const words =
    reason
      .toLowerCase()
      .replace(/['’`]/g, '')
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  if (words.length < 3) return true
  const telling = new Set(words.filter((word) => !EMPTY_WORDS.has(word) && !/^(.)\1*$/u.test(word)))
  return telling.size < 2
}
