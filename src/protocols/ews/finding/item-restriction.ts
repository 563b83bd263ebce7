/** Restrictions of FindItem: what the mailbox's search can sift first, and how what is left is judged. */
import { Flag } from '#src/domain/mailbox/item.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { importances, sensitivities } from '#src/wire/ews/model/numbered-words.ts'
import type { EmailAddressType, Path, SearchExpression } from '#src/wire/ews/schema-types.ts'
import type { ItemView } from '../item-view.ts'
import { computationOf } from '../properties/mapi.ts'
import { fieldsNamed } from '../properties/show-item.ts'
import { type Comparable, judgeExpression, partsOf } from '../restriction.ts'

const everything: Query = { kind: 'and', of: [] }
const DAY_MS = 86_400_000

/**
 * A query that every match fulfils; it may find more. What the search knows nothing of is `everything`.
 */
export function necessaryQuery(expression: SearchExpression, depth = 0): Query {
  if (depth > 32) return everything
  const { And, Or, Contains, IsEqualTo } = expression
  if (And !== undefined)
    return { kind: 'and', of: partsOf(And).map((each) => necessaryQuery(each, depth + 1)) }
  if (Or !== undefined) {
    const of = partsOf(Or).map((each) => necessaryQuery(each, depth + 1))
    return of.some((each) => each === everything) ? everything : { kind: 'or', of }
  }
  if (Contains !== undefined) return containsQuery(Contains.FieldURI?.FieldURI, Contains.Constant.Value)
  if (IsEqualTo !== undefined) {
    const constant = IsEqualTo.FieldURIOrConstant.Constant?.Value
    const field = IsEqualTo.FieldURI?.FieldURI
    if (constant === undefined) return everything
    const truth = /^(?:true|1)$/i.test(constant.trim())
    if (field === 'message:IsRead') return flagQuery(Flag.seen, truth)
    if (field === 'item:HasAttachments') return flagQuery(Flag.hasAttachment, truth)
    if (field === 'item:Subject') return containsQuery(field, constant)
  }
  return momentQuery(expression)
}

const flagQuery = (flags: number, set: boolean): Query =>
  set ? { kind: 'flags', flags } : { kind: 'not', of: { kind: 'flags', flags } }

function containsQuery(field: string | undefined, contains: string): Query {
  if (contains.trim() === '') return everything
  if (field === 'item:Subject') return { kind: 'subject', contains }
  // A body is searched as HTML and as text by the search itself; the judge below sees one of them.
  if (field === 'item:Body' || field === 'item:TextBody') return { kind: 'body', contains }
  return everything
}

function momentQuery(expression: SearchExpression): Query {
  const { IsGreaterThan, IsGreaterThanOrEqualTo, IsLessThan, IsLessThanOrEqualTo } = expression
  const test = IsGreaterThan ?? IsGreaterThanOrEqualTo ?? IsLessThan ?? IsLessThanOrEqualTo
  if (test?.FieldURI?.FieldURI !== 'item:DateTimeReceived') return everything
  const moment = Date.parse(test.FieldURIOrConstant.Constant?.Value ?? '')
  if (Number.isNaN(moment)) return everything
  // Without an offset the moment is within a day of what it says.
  return (IsGreaterThan ?? IsGreaterThanOrEqualTo)
    ? { kind: 'received', since: moment - DAY_MS }
    : { kind: 'received', before: moment + DAY_MS }
}

/** Whether the necessary query says all: only then nothing is opened to judge. */
export const isExact = (expression: SearchExpression): boolean => {
  const field = expression.IsEqualTo?.FieldURI?.FieldURI
  if (expression.And !== undefined) return partsOf(expression.And).every(isExact)
  if (expression.Or !== undefined) return partsOf(expression.Or).every(isExact)
  const body = expression.Contains?.FieldURI?.FieldURI
  return (
    field === 'message:IsRead' ||
    field === 'item:HasAttachments' ||
    body === 'item:Body' ||
    body === 'item:TextBody'
  )
}

/** Judges an item by the whole restriction. */
export async function itemMatches(view: ItemView, expression: SearchExpression): Promise<boolean> {
  const values = new Map<string, Comparable>()
  for (const path of pathsIn(expression)) values.set(keyOf(path), await propertyOf(view, path))
  return judgeExpression(expression, (path) => values.get(keyOf(path)), foldForSearch)
}

/** Every path that an expression compares. */
function* pathsIn(expression: SearchExpression, depth = 0): Generator<Path> {
  if (depth > 64) return
  const { And, Or, Not, ...test } = expression
  for (const inner of [...(And ? partsOf(And) : []), ...(Or ? partsOf(Or) : []), ...(Not ? [Not] : [])])
    yield* pathsIn(inner, depth + 1)
  for (const each of Object.values(test) as (Path & { FieldURIOrConstant?: Path })[]) {
    if (each === undefined) continue
    yield each
    if (each.FieldURIOrConstant) yield each.FieldURIOrConstant
  }
}

function keyOf({ FieldURI, IndexedFieldURI, ExtendedFieldURI }: Path): string {
  if (FieldURI) return FieldURI.FieldURI
  if (IndexedFieldURI) return `${IndexedFieldURI.FieldURI} ${IndexedFieldURI.FieldIndex}`
  return ExtendedFieldURI ? propertyKey(ExtendedFieldURI) : ''
}

/** The value of a property as it is compared and sorted by; undefined where the item has none. */
export async function propertyOf(view: ItemView, path: Path): Promise<Comparable> {
  if (path.ExtendedFieldURI !== undefined) {
    const key = propertyKey(path.ExtendedFieldURI)
    const kept = view.property(key) ?? (await computationOf(key)?.(view))
    return comparable(key.slice(key.lastIndexOf(':') + 1), kept)
  }
  if (path.IndexedFieldURI !== undefined) {
    const { FieldURI, FieldIndex } = path.IndexedFieldURI
    if (FieldURI === 'item:InternetMessageHeader')
      return view.item.class === 'message' ? view.field(FieldIndex.toLowerCase()) : undefined
    const name = { 'contacts:EmailAddress': 'EmailAddresses', 'contacts:PhoneNumber': 'PhoneNumbers' }[
      FieldURI as string
    ]
    const entries = (name && (await fieldsNamed(name)[0]?.read(view))) as
      | { Key: string; Value: string }[]
      | undefined
    return entries?.find(({ Key }) => Key === FieldIndex)?.Value
  }
  const uri = path.FieldURI?.FieldURI
  if (uri === undefined) return undefined
  for (const field of fieldsNamed(uri)) {
    const value = await field.read(view)
    if (value === undefined) continue
    const among = ranked.get(uri)
    return among !== undefined && typeof value === 'string' ? { word: value, among } : plain(value)
  }
  return undefined
}

/** Words in the order of their numbers in MAPI (MS-OXCMSG §2.2.1.11, MS-OXOCAL §2.2.1.2, §2.2.1.11, MS-OXOTASK §2.2.2.2.2). */
const ranked = new Map<string, readonly string[]>([
  ['item:Importance', importances],
  ['item:Sensitivity', sensitivities],
  ['calendar:LegacyFreeBusyStatus', ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere']],
  [
    'calendar:MyResponseType',
    ['Unknown', 'Organizer', 'Tentative', 'Accept', 'Decline', 'NoResponseReceived'],
  ],
  ['task:Status', ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred']],
])

const momentText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** A property of EWS as a value that can be compared. */
function plain(value: unknown): Comparable {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return momentText.test(value) ? { at: Date.parse(value) } : value
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return undefined
  const { Mailbox, Value, Id, EmailAddress, Name } = value as {
    Mailbox?: EmailAddressType
    Value?: unknown
    Id?: string
  } & EmailAddressType
  if (Mailbox !== undefined) return plain(Mailbox)
  if (Value !== undefined) return plain(Value)
  if (Id !== undefined) return Id
  return [Name, EmailAddress].filter((each) => each !== undefined)
}

function comparable(type: string, value: unknown): Comparable {
  if (Array.isArray(value)) return value.map((each) => comparable(type.replace(/Array$/, ''), each))
  if (value === undefined || value === null) return undefined
  const text = String(value)
  if (['Integer', 'Long', 'Short', 'Double', 'Float', 'Currency', 'ApplicationTime'].includes(type))
    return Number(text)
  if (type === 'Boolean') return /^(?:true|1)$/i.test(text)
  if (type === 'SystemTime') return { at: Date.parse(text) }
  return text
}
