import { isInOrder } from '#src/domain/rules/kept-rules.ts'
import type { Rule, RuleActions, RulePerson, RuleTests } from '#src/domain/rules/rule.ts'
import { markPredicates, RULE_KILOBYTE, textPredicates } from '#src/wire/ews/model/rule-words.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type {
  FlaggedForActionType,
  RuleActionsType,
  RulePredicatesType,
  RuleType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { formatFolderId, formatItemId } from '../ids.ts'
import type { ReachedMailbox } from '../places.ts'

/** A rule as clients see it, in its place from 1; in error when a folder or answer of it is gone. */
export async function shownRule(
  { services }: EwsCall,
  { at }: ReachedMailbox,
  rule: Rule,
  place: number,
): Promise<RuleType> {
  const inOrder = await isInOrder(services.store.mailboxes, at, rule)
  const { id, name, enabled, conditions, exceptions, actions } = rule
  return {
    RuleId: id,
    DisplayName: name,
    Priority: place,
    IsEnabled: enabled,
    ...(!inOrder && { IsInError: true }),
    Conditions: shownTests(conditions),
    Exceptions: shownTests(exceptions),
    Actions: shownActions(at.mailbox, actions),
  }
}

/** Undefined where nothing is asked. */
function shownTests(tests: RuleTests): RulePredicatesType | undefined {
  const { categories, itemClasses, from, sentTo, flagged, importance, sensitivity, received, size } = tests
  const texts = Object.entries(textPredicates).flatMap(([name, place]) => {
    const found = tests.contains?.[place]
    return found === undefined ? [] : [[name, found]]
  })
  const marks = Object.entries(markPredicates).flatMap(([name, mark]) =>
    tests.marks?.includes(mark) ? [[name, true]] : [],
  )
  const shown: RulePredicatesType = {
    ...Object.fromEntries(texts),
    ...Object.fromEntries(marks),
    ...(categories && { Categories: categories }),
    ...(itemClasses && { ItemClasses: itemClasses }),
    ...(from && { FromAddresses: shownPeople(from) }),
    ...(sentTo && { SentToAddresses: shownPeople(sentTo) }),
    ...(flagged && { FlaggedForAction: flagged as FlaggedForActionType }),
    ...(importance && { Importance: importance }),
    ...(sensitivity && { Sensitivity: sensitivity }),
    ...(received && {
      WithinDateRange: {
        ...(received.from !== undefined && { StartDateTime: formatTime(received.from) }),
        ...(received.to !== undefined && { EndDateTime: formatTime(received.to) }),
      },
    }),
    ...(size && {
      WithinSizeRange: {
        ...(size.from !== undefined && { MinimumSize: Math.round(size.from / RULE_KILOBYTE) }),
        ...(size.to !== undefined && { MaximumSize: Math.round(size.to / RULE_KILOBYTE) }),
      },
    }),
  }
  return Object.keys(shown).length === 0 ? undefined : shown
}

const shownPeople = (people: readonly RulePerson[]) =>
  people.map(({ name, address }) => ({
    Name: name ?? address,
    EmailAddress: address,
    RoutingType: 'SMTP',
  }))

function shownActions(mailbox: ReachedMailbox['at']['mailbox'], actions: RuleActions): RuleActionsType {
  const { assignCategories, copyTo, moveTo, forwardTo, forwardAttachedTo, redirectTo, importance } = actions
  const { markAsRead, permanentDelete, replyWith, stop } = actions
  const folder = (no: NonNullable<typeof moveTo>) => ({ FolderId: { Id: formatFolderId(mailbox, no) } })
  return {
    ...(assignCategories && { AssignCategories: assignCategories }),
    ...(copyTo !== undefined && { CopyToFolder: folder(copyTo) }),
    ...(actions.delete && { Delete: true }),
    ...(forwardAttachedTo && { ForwardAsAttachmentToRecipients: shownPeople(forwardAttachedTo) }),
    ...(forwardTo && { ForwardToRecipients: shownPeople(forwardTo) }),
    ...(importance && { MarkImportance: importance }),
    ...(markAsRead && { MarkAsRead: true }),
    ...(moveTo !== undefined && { MoveToFolder: folder(moveTo) }),
    ...(permanentDelete && { PermanentDelete: true }),
    ...(redirectTo && { RedirectToRecipients: shownPeople(redirectTo) }),
    ...(replyWith !== undefined && { ServerReplyWithMessage: { Id: formatItemId(mailbox, replyWith) } }),
    ...(stop && { StopProcessingRules: true }),
  }
}
