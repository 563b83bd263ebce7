import { Refusal } from '#src/domain/refusal.ts'
import { changeRules, inboxRules, type RuleChange } from '#src/domain/rules/kept-rules.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { refusedMessage } from '#src/wire/ews/refused.ts'
import type { ArrayOfRuleOperationsType, RuleOperationErrorType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { fullMailbox } from '../full-access.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import type { ReachedMailbox } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { readRule } from '../rules/read-rule.ts'
import { RuleErrors } from '../rules/rule-errors.ts'

/** Operations of one request. */
const MOST_OPERATIONS = 1_000

/** UpdateInboxRules: all of its operations, or none and what is wrong with each. */
export const updateInboxRules = operation({
  name: 'UpdateInboxRules',
  writes: true,
  async run(call, request) {
    const mailbox = await fullMailbox(call, request.MailboxSmtpAddress)
    if (request.Operations.length > MOST_OPERATIONS)
      throw new EwsRefusal(
        'ErrorInvalidRequest',
        'limit-exceeded',
        'These are too many operations at a time.',
      )
    const { changes, failed } = await readChanges(call, mailbox, request)
    if (failed.length > 0) {
      const text = 'Some rules are not valid; RuleOperationErrors says what is wrong.'
      const refused = refusedMessage({ code: 'ErrorInboxRulesValidationError', text })
      return { response: { ...refused, RuleOperationErrors: failed } }
    }
    try {
      await changeRules(call.services.store, mailbox.at, changes)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'limit-exceeded') throw error
      throw new EwsRefusal('ErrorRulesOverQuota', error.reason, error.message)
    }
    return { response: success }
  },
})

async function readChanges(
  call: EwsCall,
  mailbox: ReachedMailbox,
  { Operations }: Request<'UpdateInboxRules'>,
): Promise<{ changes: RuleChange[]; failed: RuleOperationErrorType[] }> {
  const known = new Set((await inboxRules(call.services.store.mailboxes, mailbox.at)).map(({ id }) => id))
  const seen: Seen = { ids: new Set(), places: new Set() }
  const changes: RuleChange[] = []
  const failed: RuleOperationErrorType[] = []
  for (const [index, each] of Operations.entries()) {
    const errors = new RuleErrors()
    const change = await readChange(call, mailbox, each, errors)
    check(change, { known, seen }, errors)
    if (errors.found.length === 0) changes.push(change)
    else failed.push({ OperationIndex: index, ValidationErrors: errors.found })
  }
  return { changes, failed }
}

type Seen = { ids: Set<string>; places: Set<number> }

async function readChange(
  call: EwsCall,
  mailbox: ReachedMailbox,
  { CreateRuleOperation, SetRuleOperation, DeleteRuleOperation }: ArrayOfRuleOperationsType[number],
  errors: RuleErrors,
): Promise<RuleChange> {
  if (DeleteRuleOperation !== undefined) return { kind: 'delete', id: DeleteRuleOperation.RuleId }
  const given = (CreateRuleOperation ?? SetRuleOperation)!.Rule
  const placed = await readRule(call, mailbox, given, errors)
  if (CreateRuleOperation !== undefined) {
    if (given.RuleId !== undefined)
      errors.add('RuleId', 'CreateWithRuleId', 'A new rule gets its id from the service.', given.RuleId)
    return { kind: 'create', ...placed }
  }
  if (given.RuleId === undefined)
    errors.add('RuleId', 'MissingParameter', 'It does not say which rule is to be set.')
  return { kind: 'set', id: given.RuleId ?? '', ...placed }
}

function check(
  change: RuleChange,
  { known, seen }: { known: ReadonlySet<string>; seen: Seen },
  errors: RuleErrors,
): void {
  if (change.kind !== 'create' && change.id !== '') {
    if (!known.has(change.id)) errors.add('RuleId', 'RuleNotFound', 'There is no such rule.', change.id)
    if (seen.ids.has(change.id))
      errors.add(
        'RuleId',
        'DuplicatedOperationOnTheSameRule',
        'One rule is changed once in a request.',
        change.id,
      )
    seen.ids.add(change.id)
  }
  if (change.kind === 'delete') return
  if (seen.places.has(change.place))
    errors.add('Priority', 'DuplicatedPriority', 'Two rules of the request have one place.', change.place)
  seen.places.add(change.place)
}
