/** Small functions with guards in them, as syntax trees: generated here, printed and run by the files beside. */
import fc from 'fast-check'
import { COMPARE, GUARDS } from './programRun.js'

export type Expression =
  | { readonly is: 'guard'; readonly guard: keyof typeof GUARDS }
  | { readonly is: 'opaque'; readonly name: string }
  | { readonly is: 'local'; readonly name: LocalName }
  | { readonly is: 'not' | 'truth' | 'likely' | 'warn'; readonly of: Expression }
  | { readonly is: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'compare'; readonly of: Expression; readonly operator: keyof typeof COMPARE }
  | { readonly is: 'choose'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly is: 'assign'; readonly name: LocalName; readonly value: Expression }
  | { readonly is: 'write' }

export type Statement =
  | { readonly is: 'expression'; readonly of: Expression }
  | { readonly is: 'if'; readonly test: Expression; readonly yes: Block; readonly no: Block | null }
  | { readonly is: 'while' | 'do'; readonly test: Expression; readonly body: Block }
  | { readonly is: 'each'; readonly over: 'dev' | 'res'; readonly body: Block }
  | { readonly is: 'switch'; readonly on: Expression; readonly cases: readonly Case[] }
  | { readonly is: 'return'; readonly value: Expression | null }
  | { readonly is: 'break' | 'continue' | 'crash' | 'next device' }
  | { readonly is: 'bug on'; readonly test: Expression }
  | { readonly is: 'goto'; readonly label: Label }

export interface Case {
  /** Null for `default`. */
  readonly value: number | null
  readonly body: Block
  readonly breaks: boolean
}

export type Block = readonly Statement[]
export type Label = 'again' | 'out'
export type LocalName = 'h' | 'k'

/** `again: first; out: second`. */
export interface Program {
  readonly first: Block
  readonly second: Block
}

/** The writes of a tree in the order of the text. */
export function writesIn(node: unknown): Expression[] {
  if (Array.isArray(node)) return node.flatMap(writesIn)
  if (typeof node !== 'object' || node === null) return []
  const own = (node as { is?: string }).is === 'write' ? [node as Expression] : []
  return [...own, ...Object.values(node).flatMap(writesIn)]
}

export interface Language {
  /** Locals that hold conditions, another device under the same name, values of `?:` and `=` inside conditions. */
  readonly hasState: boolean
}

/** Programs of a language. Each write is an object of its own, so that it can be told from the others. */
export function programs({ hasState }: Language): fc.Arbitrary<Program> {
  const guard = fc
    .constantFrom(...(Object.keys(GUARDS) as (keyof typeof GUARDS)[]))
    .map((g): Expression => ({ is: 'guard', guard: g }))
  const opaque = fc.constantFrom('c', 'd').map((name): Expression => ({ is: 'opaque', name }))
  const name = fc.constantFrom<LocalName>('h', 'k')
  const local = name.map((n): Expression => ({ is: 'local', name: n }))
  const write = fc.constant(null).map((): Expression => ({ is: 'write' }))
  const operator = fc.constantFrom(...(Object.keys(COMPARE) as (keyof typeof COMPARE)[]))
  const leaf = hasState ? fc.oneof(guard, guard, opaque, local, local) : fc.oneof(guard, guard, opaque)

  const { condition } = fc.letrec<{ condition: Expression }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ of: leaf, operator }).map((c): Expression => ({ is: 'compare', ...c })),
      fc.record({
        is: fc.constantFrom('not', 'likely', 'warn', 'truth'),
        of: tie('condition'),
      }) as fc.Arbitrary<Expression>,
      fc.record({
        is: fc.constantFrom('and', 'or'),
        left: tie('condition'),
        right: tie('condition'),
      }) as fc.Arbitrary<Expression>,
      ...(hasState
        ? [
            fc.record({ of: tie('condition'), operator }).map((c): Expression => ({ is: 'compare', ...c })),
            fc
              .record({ test: tie('condition'), yes: tie('condition'), no: tie('condition') })
              .map((c): Expression => ({ is: 'choose', ...c })),
            fc.record({ name, value: tie('condition') }).map((c): Expression => ({ is: 'assign', ...c })),
          ]
        : []),
    ),
  }))

  const acting: fc.Arbitrary<Expression> = fc.oneof(
    write,
    write,
    fc.record({ left: condition, right: write }).map((e): Expression => ({ is: 'and', ...e })),
    fc.record({ left: condition, right: write }).map((e): Expression => ({ is: 'or', ...e })),
    fc.record({ test: condition, yes: write, no: opaque }).map((e): Expression => ({ is: 'choose', ...e })),
    fc.record({ test: condition, yes: opaque, no: write }).map((e): Expression => ({ is: 'choose', ...e })),
    ...(hasState ? [fc.record({ name, value: condition }).map((e): Expression => ({ is: 'assign', ...e }))] : []),
  )

  const { statement } = fc.letrec<{ statement: Statement; inLoop: Statement }>((tie) => {
    const body = fc.array(tie('statement'), { maxLength: 3 })
    const loopBody = fc.array(tie('inLoop'), { minLength: 1, maxLength: 3 })
    const plain: fc.Arbitrary<Statement>[] = [
      acting.map((of): Statement => ({ is: 'expression', of })),
      acting.map((of): Statement => ({ is: 'expression', of })),
      fc.record({ value: fc.option(acting) }).map((s): Statement => ({ is: 'return', ...s })),
      fc.constantFrom<Statement>({ is: 'crash' }, { is: 'goto', label: 'out' }, { is: 'goto', label: 'again' }),
      ...(hasState
        ? [fc.constant<Statement>({ is: 'next device' }), condition.map((test): Statement => ({ is: 'bug on', test }))]
        : []),
    ]
    const nested = (inner: fc.Arbitrary<Statement[]>): fc.Arbitrary<Statement>[] => [
      fc.record({ test: condition, yes: inner, no: fc.option(inner) }).map((s): Statement => ({ is: 'if', ...s })),
      fc.record({ test: condition, yes: inner, no: fc.option(inner) }).map((s): Statement => ({ is: 'if', ...s })),
      fc.record({ is: fc.constantFrom('while', 'do'), test: condition, body: loopBody }) as fc.Arbitrary<Statement>,
      fc
        .record({
          over: hasState ? fc.constantFrom('dev' as const, 'res' as const) : fc.constant('res' as const),
          body: loopBody,
        })
        .map((s): Statement => ({ is: 'each', ...s })),
      fc.record({ on: leaf, cases: cases(inner) }).map((s): Statement => ({ is: 'switch', ...s })),
    ]
    return {
      statement: fc.oneof({ maxDepth: 3, withCrossShrink: true }, ...plain, ...nested(body)),
      inLoop: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        ...plain,
        fc.constantFrom<Statement>({ is: 'break' }, { is: 'continue' }),
        ...nested(loopBody),
      ),
    }
  })

  function cases(inner: fc.Arbitrary<Statement[]>): fc.Arbitrary<Case[]> {
    const one = fc.record({ value: fc.constantFrom(0, 1, -1, null), body: inner, breaks: fc.boolean() })
    return fc.uniqueArray(one, { selector: (c) => c.value, minLength: 1, maxLength: 4 })
  }

  const block = fc.array(statement, { maxLength: 4 })
  return fc.record({ first: block, second: block }).filter((p) => writesIn(p).length > 0)
}
