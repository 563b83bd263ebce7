import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { RULE_LIMITS, type RulePerson, type RuleTests } from '#src/domain/rules/rule.ts'
import { markPredicates, RULE_KILOBYTE, textPredicates } from '#src/wire/ews/model/rule-words.ts'
import { epochOf } from '#src/wire/ews/model/time-zones.ts'
import type {
  ArrayOfEmailAddressesType,
  RuleFieldURIType,
  RulePredicatesType,
} from '#src/wire/ews/schema-types.ts'
import { addressText, recipientOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import type { RuleErrors } from './rule-errors.ts'

/** Conditions or exceptions as a request has them; what is wrong goes to `errors`. */
export async function readTests(
  call: EwsCall,
  given: RulePredicatesType | undefined,
  kind: 'Condition' | 'Exception',
  errors: RuleErrors,
): Promise<RuleTests> {
  if (given === undefined) return {}
  const field = (name: string) => `${kind}:${name}` as RuleFieldURIType
  const texts = (name: keyof RulePredicatesType, list: readonly string[] | undefined) =>
    readTexts(field(name), list, errors)
  for (const name of ['FromConnectedAccounts', 'MessageClassifications'] as const) {
    if (given[name] !== undefined)
      errors.add(field(name), 'UnsupportedRule', 'Rules cannot ask for this here.', given[name].join(', '))
  }
  const contains = Object.entries(textPredicates).flatMap(([name, place]) => {
    const list = texts(name as keyof typeof textPredicates, given[name as keyof typeof textPredicates])
    return list === undefined ? [] : [[place, list]]
  })
  const marks = Object.entries(markPredicates).flatMap(([name, mark]) =>
    given[name as keyof typeof markPredicates] ? [mark] : [],
  )
  const categories = texts('Categories', given.Categories)
  const itemClasses = texts('ItemClasses', given.ItemClasses)
  const from = await readPeople(call, field('FromAddresses'), given.FromAddresses, errors, RULE_LIMITS.list)
  const sentTo = await readPeople(
    call,
    field('SentToAddresses'),
    given.SentToAddresses,
    errors,
    RULE_LIMITS.list,
  )
  const received = dates(call, field('WithinDateRange'), given.WithinDateRange, errors)
  const size = sizes(field('WithinSizeRange'), given.WithinSizeRange, errors)
  return {
    ...(contains.length > 0 && { contains: Object.fromEntries(contains) }),
    ...(marks.length > 0 && { marks }),
    ...(categories && { categories }),
    ...(itemClasses && { itemClasses }),
    ...(from && { from }),
    ...(sentTo && { sentTo }),
    ...(given.FlaggedForAction && { flagged: given.FlaggedForAction }),
    ...(given.Importance && { importance: given.Importance }),
    ...(given.Sensitivity && { sensitivity: given.Sensitivity }),
    ...(received && { received }),
    ...(size && { size }),
  }
}

/** Texts of a list; undefined where there is no list. */
export function readTexts(
  field: RuleFieldURIType,
  list: readonly string[] | undefined,
  errors: RuleErrors,
): readonly string[] | undefined {
  if (list === undefined) return undefined
  if (list.length === 0 || list.some((text) => text.trim() === ''))
    errors.add(field, 'EmptyValueFound', 'A text of the list is empty.')
  const long = list.find((text) => text.length > RULE_LIMITS.text)
  if (long !== undefined)
    errors.add(field, 'StringValueTooBig', `A text has at most ${RULE_LIMITS.text} characters.`, long)
  if (list.length > RULE_LIMITS.list)
    errors.add(field, 'InvalidValue', `A list has at most ${RULE_LIMITS.list} entries.`, list.length)
  return list
}

/** People by their SMTP addresses; undefined where there is no list. Personal lists are nobody's address (DIR-16). */
export async function readPeople(
  call: EwsCall,
  field: RuleFieldURIType,
  list: ArrayOfEmailAddressesType | undefined,
  errors: RuleErrors,
  most: number,
): Promise<readonly RulePerson[] | undefined> {
  if (list === undefined) return undefined
  if (list.length === 0) errors.add(field, 'EmptyValueFound', 'The list of addresses is empty.')
  if (list.length > most)
    errors.add(field, 'InvalidValue', `A list has at most ${most} addresses.`, list.length)
  const people: RulePerson[] = []
  for (const given of list.slice(0, most)) {
    const written = given.EmailAddress ?? given.Name ?? ''
    if (given.MailboxType === 'PrivateDL') {
      errors.add(field, 'UnsupportedAddress', 'Rules do not know personal distribution lists.', written)
      continue
    }
    try {
      const found = await recipientOf(call, given)
      people.push({ ...(found.name && { name: found.name.slice(0, 256) }), address: addressText(found) })
    } catch (error) {
      if (!(error instanceof EwsRefusal) && !(error instanceof SyntaxFault)) throw error
      errors.add(field, 'InvalidAddress', 'This is no address that mail can be sent to.', written)
    }
  }
  return people
}

function dates(
  call: EwsCall,
  field: RuleFieldURIType,
  given: RulePredicatesType['WithinDateRange'],
  errors: RuleErrors,
): RuleTests['received'] {
  if (given === undefined) return undefined
  const { StartDateTime, EndDateTime } = given
  const from = StartDateTime === undefined ? undefined : epochOf(StartDateTime, call.zone)
  const to = EndDateTime === undefined ? undefined : epochOf(EndDateTime, call.zone)
  if (from === undefined && to === undefined) errors.add(field, 'MissingRangeValue', 'The range has no end.')
  if (from !== undefined && to !== undefined && from > to)
    errors.add(
      field,
      'InvalidDateRange',
      'The range ends before it begins.',
      `${StartDateTime} ${EndDateTime}`,
    )
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** In kilobytes, the last one counting as a whole. */
function sizes(
  field: RuleFieldURIType,
  given: RulePredicatesType['WithinSizeRange'],
  errors: RuleErrors,
): RuleTests['size'] {
  if (given === undefined) return undefined
  const { MinimumSize: from, MaximumSize: to } = given
  if (from === undefined && to === undefined) errors.add(field, 'MissingRangeValue', 'The range has no end.')
  if ((from ?? 0) < 0 || (to ?? 0) < 0)
    errors.add(field, 'SizeLessThanZero', 'A size is not less than nothing.', `${from} ${to}`)
  else if (from !== undefined && to !== undefined && from > to)
    errors.add(field, 'InvalidSizeRange', 'The largest size is below the smallest.', `${from} ${to}`)
  return {
    ...(from !== undefined && { from: from * RULE_KILOBYTE }),
    ...(to !== undefined && { to: to * RULE_KILOBYTE }),
  }
}
