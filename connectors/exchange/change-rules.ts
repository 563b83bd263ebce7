import type { RuleOrder, SourceRule, SourceRuleFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { writeRuleActions, writeRuleTests } from '#src/wire/ews/model/write-rule.ts'
import type {
  ArrayOfRuleOperationsType,
  RuleType,
  TargetFolderIdType,
  UpdateInboxRulesResponseType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'
import { askRules, readInboxRule } from './inbox-rules.ts'

/**
 * Changes inbox rules with UpdateInboxRules, one at a time, so that one which the server does not take holds up no other. Rules that
 * only Outlook knows would be thrown away with the first change (RemoveOutlookRuleBlob), so nothing is changed beside them.
 */
export async function changeRules(
  session: EwsSession,
  orders: readonly RuleOrder[],
  signal: AbortSignal,
): Promise<readonly (string | null)[]> {
  const { hasOutlooks, given } = await askRules(session, signal)
  if (hasOutlooks)
    throw new SourceFailure(
      'item-permanent',
      'outlook-rules',
      'Outlook keeps rules of its own there, which the server would delete with this change.',
    )
  let there: readonly RuleType[] = given
  const answers: (string | null)[] = []
  for (const order of orders) {
    const { why, operation } = operationFor(order, there)
    if (operation !== undefined) {
      const refused = await update(session, operation, nameOf(order), signal)
      answers.push(refused)
      if (refused === null) there = (await askRules(session, signal)).given
    } else answers.push(why ?? null)
  }
  return answers
}

type Operation = ArrayOfRuleOperationsType[number]
const nameOf = (order: RuleOrder): string => (order.kind === 'delete' ? order.was : order.rule).name

/** Neither where there is nothing to do. */
function operationFor(order: RuleOrder, there: readonly RuleType[]): { operation?: Operation; why?: string } {
  const find = (wanted: SourceRule) => there.find((each) => saysSame(each, wanted))
  if (order.kind === 'delete') {
    const known = find(order.was)
    if (known !== undefined) return { operation: { DeleteRuleOperation: { RuleId: known.RuleId! } } }
    const isThere = there.some(({ DisplayName }) => DisplayName === order.was.name)
    return isThere ? { why: 'It was changed there too.' } : {}
  }
  const { rule } = order
  const isThere = find(rule) !== undefined
  if (order.kind === 'make') {
    if (isThere) return {}
    const behind = order.behind === null ? undefined : find(order.behind)
    const last = there.at(-1)?.Priority ?? 0
    const place = order.behind === null ? 1 : (behind?.Priority ?? last) + 1
    return { operation: { CreateRuleOperation: { Rule: ruleType(rule, place) } } }
  }
  const known = find(order.was)
  if (known === undefined) return isThere ? {} : { why: 'It was changed or deleted there too.' }
  const Rule = { RuleId: known.RuleId, ...ruleType(rule, known.Priority) }
  return { operation: { SetRuleOperation: { Rule } } }
}

/** Null once it is done, else what the server has against it. */
async function update(
  session: EwsSession,
  operation: Operation,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = (await session.ask(
    'UpdateInboxRules',
    { MailboxSmtpAddress: session.mailbox, RemoveOutlookRuleBlob: false, Operations: [operation] },
    signal,
  )) as UpdateInboxRulesResponseType
  if (answer.ResponseClass !== 'Error') return null
  const failure = failureOfOne(answer, `Changing the rule "${name}"`)
  if (failure.kind !== 'item-permanent') throw failure
  const errors = (answer.RuleOperationErrors ?? []).flatMap(({ ValidationErrors }) => ValidationErrors)
  const said = errors.map(({ FieldURI, ErrorMessage }) => `${FieldURI}: ${ErrorMessage}`)
  return [failure.message, ...said].join(' ')
}

function ruleType({ name, enabled, conditions, exceptions, actions }: SourceRule, place: number): RuleType {
  const { copyTo, moveTo, replyWith, ...others } = actions
  return {
    DisplayName: name,
    Priority: place,
    IsEnabled: enabled,
    Conditions: writeRuleTests(conditions),
    Exceptions: writeRuleTests(exceptions),
    Actions: writeRuleActions(others, {
      ...(copyTo && { copyTo: folderId(copyTo) }),
      ...(moveTo && { moveTo: folderId(moveTo) }),
      ...(replyWith !== undefined && { replyWith }),
    }),
  }
}

const folderId = (folder: SourceRuleFolder): TargetFolderIdType =>
  'key' in folder
    ? { FolderId: { Id: folder.key } }
    : { DistinguishedFolderId: { Id: folder.role as 'inbox' } }

/** Whether a rule of the server is one of ours as it would be read again. */
function saysSame(there: RuleType, wanted: SourceRule): boolean {
  const one = readInboxRule(there)
  const other = readInboxRule(ruleType(wanted, 1))
  if ('why' in one || 'why' in other) return false
  // An old server writes people of its own by names that only its directory knows: how many they are has to do.
  const byAddress = hasPlainPeople(one) && hasPlainPeople(other)
  return JSON.stringify(plain(one, byAddress)) === JSON.stringify(plain(other, byAddress))
}

type Someone = { name?: unknown; address: string }
const isPerson = (value: unknown): value is Someone =>
  typeof value === 'object' && value !== null && 'address' in value

const hasPlainPeople = (value: unknown): boolean =>
  isPerson(value)
    ? value.address.includes('@') && !value.address.startsWith('/')
    : typeof value !== 'object' || value === null || Object.values(value).every(hasPlainPeople)

/** With members in one order, marks as a set, and people by their addresses alone. */
function plain(value: unknown, byAddress: boolean): unknown {
  if (isPerson(value)) return byAddress ? value.address.toLowerCase() : ''
  if (Array.isArray(value)) return value.map((each) => plain(each, byAddress)).sort()
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, plain(member, byAddress)])
}
