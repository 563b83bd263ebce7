/** Restrictions of EWS (MS-OXWSSRCH): how values are compared. Where they come from is the caller's. */
import { tagNumber } from '#src/wire/ews/extended-property.ts'
import type {
  ContainsExpressionType,
  FieldURIOrConstantType,
  Path,
  SearchExpression,
} from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from './refusal-codes.ts'

/** A word that has its place among others: `High` is more than `Normal`, as in MAPI, where they are numbers. */
export type RankedWord = { word: string; among: readonly string[] }
/** A value as it is compared; moments are epoch milliseconds under `at`. Several: one of them must do. */
export type Comparable =
  | string
  | number
  | boolean
  | { at: number }
  | RankedWord
  | undefined
  | readonly Comparable[]
type PropertyOf = (path: Path) => Comparable

const DEEPEST = 64

/** Whether what `propertyOf` tells is what the expression asks for. `fold` makes texts alike that differ in case alone. */
export function judgeExpression(
  expression: SearchExpression,
  propertyOf: PropertyOf,
  fold: (text: string) => string,
  depth = 0,
): boolean {
  if (depth > DEEPEST)
    throw new EwsRefusal(
      'ErrorRestrictionTooComplex',
      'invalid-parameter',
      'The restriction is nested too deep.',
    )
  const judge = (inner: SearchExpression) => judgeExpression(inner, propertyOf, fold, depth + 1)
  const { And, Or, Not, Exists, Excludes, Contains } = expression
  if (And !== undefined) return partsOf(And).every(judge)
  if (Or !== undefined) return partsOf(Or).some(judge)
  if (Not !== undefined) return !judge(Not)
  if (Exists !== undefined) return listOf(propertyOf(Exists)).length > 0
  if (Excludes !== undefined) {
    const mask = tagNumber(Excludes.Bitmask.Value)
    return listOf(propertyOf(Excludes)).every((value) => (Number(value) & mask) === 0)
  }
  if (Contains !== undefined) return contains(listOf(propertyOf(Contains)), Contains, fold)
  return compares(expression, propertyOf, fold)
}

/** The operands of And and Or, one or several. */
export const partsOf = (several: unknown): readonly SearchExpression[] =>
  (Array.isArray(several) ? several : [several]) as readonly SearchExpression[]

type One = string | number | boolean | { at: number } | RankedWord

const listOf = (value: Comparable): One[] =>
  value === undefined ? [] : Array.isArray(value) ? value.flatMap(listOf) : [value as One]

function contains(
  values: readonly One[],
  {
    Constant,
    ContainmentMode: mode = 'FullString',
    ContainmentComparison: how = 'Exact',
  }: ContainsExpressionType,
  fold: (text: string) => string,
): boolean {
  const like = (text: string) => (how === 'Exact' || how === 'IgnoreNonSpacingCharacters' ? text : fold(text))
  const wanted = like(Constant.Value)
  return values.some((value) => {
    if (typeof value === 'object' && 'at' in value) return false
    const text = like(textOf(value))
    if (mode === 'FullString') return text === wanted
    if (mode === 'Prefixed') return text.startsWith(wanted)
    if (mode === 'PrefixOnWords') return text.split(/\s+/).some((word) => word.startsWith(wanted))
    return text.includes(wanted)
  })
}

const tests = {
  IsEqualTo: (order: number) => order === 0,
  IsNotEqualTo: (order: number) => order !== 0,
  IsGreaterThan: (order: number) => order > 0,
  IsGreaterThanOrEqualTo: (order: number) => order >= 0,
  IsLessThan: (order: number) => order < 0,
  IsLessThanOrEqualTo: (order: number) => order <= 0,
} as const
type Test = keyof typeof tests

function compares(
  expression: SearchExpression,
  propertyOf: PropertyOf,
  fold: (text: string) => string,
): boolean {
  for (const name of Object.keys(tests) as Test[]) {
    const test = expression[name]
    if (test === undefined) continue
    const values = listOf(propertyOf(test))
    const others = othersOf(test.FieldURIOrConstant, propertyOf)
    if (values.length === 0 || others.length === 0)
      return name === 'IsNotEqualTo' && values.length !== others.length
    const holds = (value: One) =>
      others.some((other) => {
        const order = compare(value, other, fold)
        return !Number.isNaN(order) && tests[name](order)
      })
    return name === 'IsNotEqualTo' ? values.every(holds) : values.some(holds)
  }
  throw new EwsRefusal('ErrorUnsupportedQueryFilter', 'not-supported', 'This restriction is not offered.')
}

function othersOf({ Constant, ...path }: FieldURIOrConstantType, propertyOf: PropertyOf): One[] {
  return Constant === undefined ? listOf(propertyOf(path as Path)) : [Constant.Value]
}

/** Negative, 0 or positive; NaN where the two have nothing to do with each other. */
function compare(value: One, other: One, fold: (text: string) => string): number {
  if (typeof value === 'object' && 'at' in value) return value.at - momentOf(other)
  if (typeof value === 'object') {
    const rank = rankOf({ word: textOf(other), among: value.among })
    return rank < 0 ? Number.NaN : rankOf(value) - rank
  }
  if (typeof value === 'number') return value - numberOf(other)
  if (typeof value === 'boolean') return Number(value) - truthOf(other)
  const [a, b] = [fold(value), fold(textOf(other))]
  return a < b ? -1 : a > b ? 1 : 0
}

export const rankOf = ({ word, among }: RankedWord): number => among.indexOf(word.trim())

const textOf = (value: One): string =>
  typeof value !== 'object' ? String(value) : 'at' in value ? new Date(value.at).toISOString() : value.word

const momentOf = (value: One): number =>
  typeof value === 'object' && 'at' in value ? value.at : Date.parse(textOf(value).trim())

const numberOf = (value: One): number => {
  const text = String(value).trim()
  return text === '' || typeof value === 'object' ? Number.NaN : Number(text)
}

function truthOf(value: One): number {
  const word = String(value).trim().toLowerCase()
  return word === 'true' || word === '1' ? 1 : word === 'false' || word === '0' ? 0 : Number.NaN
}
