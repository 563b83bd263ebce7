import type { z } from 'zod'
import type { JsonValue } from '#src/wire/aws/json-rpc.ts'

type Issue = z.core.$ZodIssue
type Words<Code extends Issue['code']> = (
  member: string,
  issue: Extract<Issue, { code: Code }>,
  value: JsonValue | undefined,
) => string

/** What is never repeated to whoever sent it: it would end up in logs and terminals. */
const kept = /password|photo|certificate|secret/i
const longestRepeated = 80

/** What a JSON value is, and how to write one of that kind. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}
const kind = (name: string): string => kinds[name] ?? `a ${name}`

function kindOf(value: JsonValue | undefined): string {
  if (value === null) return 'null'
  return kind(Array.isArray(value) ? 'array' : typeof value)
}

const count = (number: number | bigint, what: string): string =>
  `${number} ${what}${Number(number) === 1 ? '' : 's'}`

/** The unit in which the length of a value is counted; undefined where the value itself is compared. */
function unitOf(origin: string): string | undefined {
  if (origin === 'string') return 'character'
  return origin === 'array' || origin === 'set' || origin === 'map' ? 'entry' : undefined
}

const amount = (number: number | bigint, unit: string): string =>
  unit === 'entry' ? (Number(number) === 1 ? '1 entry' : `${number} entries`) : count(number, unit)

const lengthOf = (value: JsonValue | undefined): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 0

function repeated(member: string, value: JsonValue | undefined): string {
  if (kept.test(member) || (typeof value !== 'string' && typeof value !== 'number')) return ''
  const text = String(value)
  return ` "${text.length > longestRepeated ? `${text.slice(0, longestRepeated)}…` : text}"`
}

/** One kind of fault, one way to say it: what is wrong, where, and what to do. */
const words: { [Code in Issue['code']]?: Words<Code> } = {
  invalid_type: (member, { expected }, value) =>
    value === undefined
      ? `${member} is missing. Give it as ${kind(expected)}.`
      : `${member} must be ${kind(expected)}, and is ${expected === 'int' ? value : kindOf(value)}. Write it as ${kind(expected)}.`,

  too_small: (member, { origin, minimum }, value) => {
    const unit = unitOf(origin)
    if (unit === undefined) return `${member} is ${value}, and the least is ${minimum}. Give a larger number.`
    if (lengthOf(value) === 0) return `${member} is empty. Give at least ${amount(minimum, unit)}.`
    return `${member} has ${amount(lengthOf(value), unit)}. Give at least ${amount(minimum, unit)}.`
  },

  too_big: (member, { origin, maximum }, value) => {
    const unit = unitOf(origin)
    if (unit === undefined) return `${member} is ${value}, and the most is ${maximum}. Give a smaller number.`
    return `${member} has ${amount(lengthOf(value), unit)}. Give at most ${amount(maximum, unit)}.`
  },

  invalid_value: (member, { values }, value) => {
    const known = values.map(String)
    const use = known.length === 1 ? known[0] : `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
    if (value === undefined) return `${member} is missing. Use ${use}.`
    return `${member}${repeated(member, value)} is none of the words it can be. Use ${use}.`
  },

  // The schema says what is right in words of ours: `must be …`.
  invalid_format: (member, { message }, value) =>
    `${member}${repeated(member, value)} cannot be used: it ${message.replace(/\.$/, '')}.`,

  custom: (member, { message }, value) =>
    `${member}${repeated(member, value)} cannot be used: it ${message.replace(/\.$/, '')}.`,

  unrecognized_keys: (member, { keys }) =>
    `${member} has members that are not known: ${keys.join(', ')}. Leave them out.`,
}

/** The first thing that is wrong with the input of an operation, as a sentence that begins with the member's name. */
export function inputFault(error: z.ZodError, given: JsonValue): string {
  const issue = error.issues[0]!
  const path = issue.path.map(String)
  const member = path.length === 0 ? 'The request' : path.join('.')
  const value = path.reduce<JsonValue | undefined>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, JsonValue>)[name]
        : undefined,
    given,
  )
  const say = words[issue.code] as Words<Issue['code']> | undefined
  return say?.(member, issue, value) ?? `${member} cannot be used in this form. Look up how it is written.`
}
