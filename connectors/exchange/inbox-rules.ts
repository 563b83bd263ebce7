import type { SourceRule, SourceRuleFolder } from '#src/domain/migration/source.ts'
import type { RulePerson, RuleTests } from '#src/domain/rules/rule.ts'
import { markPredicates, RULE_KILOBYTE, textPredicates } from '#src/wire/ews/model/rule-words.ts'
import type {
  EmailAddressType,
  GetInboxRulesResponseType,
  RuleActionsType,
  RulePredicatesType,
  RuleType,
  TargetFolderIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'

/** Rules of the server in their order; `hasOutlooks`: Outlook keeps some of its own beside them. Rejects with SourceFailure. */
export async function askRules(
  session: EwsSession,
  signal: AbortSignal,
): Promise<{ hasOutlooks: boolean; given: readonly RuleType[] }> {
  const answer = (await session.ask(
    'GetInboxRules',
    { MailboxSmtpAddress: session.mailbox },
    signal,
  )) as GetInboxRulesResponseType
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, 'The inbox rules')
  // Their places are their order, whatever that of the answer.
  const given = (answer.InboxRules ?? []).toSorted((one, other) => one.Priority - other.Priority)
  return { hasOutlooks: answer.OutlookRuleBlobExists === true, given }
}

/** A rule in our words, or why there are none for it. */
export function readInboxRule(given: RuleType): SourceRule | { why: string } {
  const { DisplayName, IsEnabled, Conditions, Exceptions, Actions } = given
  if (given.IsNotSupported) return { why: 'it runs in Outlook only, or does what EWS has no word for' }
  if (given.IsInError) return { why: 'the server itself says that it is broken' }
  try {
    const actions = actionsOf(Actions ?? {})
    if (Object.keys(actions).length === 0) return { why: 'it does nothing that EWS has a word for' }
    return {
      name: DisplayName,
      enabled: IsEnabled,
      conditions: testsOf(Conditions ?? {}),
      exceptions: testsOf(Exceptions ?? {}),
      actions,
    }
  } catch (error) {
    if (!(error instanceof NoWord)) throw error
    return { why: error.message }
  }
}

class NoWord extends Error {}

const read: ReadonlySet<string> = new Set([
  ...Object.keys(textPredicates),
  ...Object.keys(markPredicates),
  ...['Categories', 'ItemClasses', 'FromAddresses', 'SentToAddresses', 'FlaggedForAction', 'Importance'],
  ...['Sensitivity', 'WithinDateRange', 'WithinSizeRange'],
])

function testsOf(given: RulePredicatesType): RuleTests {
  for (const [name, value] of Object.entries(given))
    if (!read.has(name) && value !== undefined && value !== false)
      throw new NoWord(`rules here cannot ask for ${name}`)
  const contains = Object.entries(textPredicates).flatMap(([name, place]) => {
    const texts = given[name as keyof typeof textPredicates]
    return texts === undefined ? [] : [[place, texts]]
  })
  const marks = Object.entries(markPredicates).flatMap(([name, mark]) =>
    given[name as keyof typeof markPredicates] ? [mark] : [],
  )
  const { Categories, ItemClasses, FlaggedForAction, Importance, Sensitivity } = given
  const { WithinDateRange: dates, WithinSizeRange: sizes } = given
  const [minimum, maximum] = [sizes?.MinimumSize, sizes?.MaximumSize]
  return {
    ...(contains.length > 0 && { contains: Object.fromEntries(contains) }),
    ...(marks.length > 0 && { marks }),
    ...(Categories && { categories: Categories }),
    ...(ItemClasses && { itemClasses: ItemClasses }),
    ...(given.FromAddresses && { from: peopleOf(given.FromAddresses) }),
    ...(given.SentToAddresses && { sentTo: peopleOf(given.SentToAddresses) }),
    ...(FlaggedForAction && { flagged: FlaggedForAction }),
    ...(Importance && { importance: Importance }),
    ...(Sensitivity && { sensitivity: Sensitivity }),
    ...(dates && {
      received: {
        ...(dates.StartDateTime !== undefined && { from: momentOf(dates.StartDateTime) }),
        ...(dates.EndDateTime !== undefined && { to: momentOf(dates.EndDateTime) }),
      },
    }),
    ...(sizes && {
      size: {
        ...(minimum !== undefined && { from: minimum * RULE_KILOBYTE }),
        ...(maximum !== undefined && { to: maximum * RULE_KILOBYTE }),
      },
    }),
  }
}

function actionsOf(given: RuleActionsType): SourceRule['actions'] {
  if (given.SendSMSAlertToRecipients !== undefined) throw new NoWord('text messages are not sent from here')
  const { AssignCategories, MarkImportance, ServerReplyWithMessage: answer } = given
  return {
    ...(AssignCategories && { assignCategories: AssignCategories }),
    ...(given.CopyToFolder && { copyTo: folderOf(given.CopyToFolder) }),
    ...(given.MoveToFolder && { moveTo: folderOf(given.MoveToFolder) }),
    ...(given.Delete && { delete: true }),
    ...(given.PermanentDelete && { permanentDelete: true }),
    ...(given.ForwardToRecipients && { forwardTo: peopleOf(given.ForwardToRecipients) }),
    ...(given.ForwardAsAttachmentToRecipients && {
      forwardAttachedTo: peopleOf(given.ForwardAsAttachmentToRecipients),
    }),
    ...(given.RedirectToRecipients && { redirectTo: peopleOf(given.RedirectToRecipients) }),
    ...(MarkImportance && { importance: MarkImportance }),
    ...(given.MarkAsRead && { markAsRead: true }),
    ...(answer && { replyWith: answer.Id }),
    ...(given.StopProcessingRules && { stop: true }),
  }
}

function folderOf({ FolderId, DistinguishedFolderId }: TargetFolderIdType): SourceRuleFolder {
  if (FolderId !== undefined) return { key: FolderId.Id }
  if (DistinguishedFolderId !== undefined) return { role: DistinguishedFolderId.Id }
  throw new NoWord('the folder it puts mail into has no name that EWS tells')
}

/** Addresses as they are written; one of another kind than SMTP, such as an old Exchange's, is for the address book to know. */
const peopleOf = (list: readonly EmailAddressType[]): RulePerson[] =>
  list.map(({ Name, EmailAddress, MailboxType }) => {
    const address = EmailAddress ?? Name ?? ''
    if (MailboxType === 'PrivateDL' || address === '')
      throw new NoWord(`it names "${Name ?? ''}", a list of somebody's own contacts`)
    return { ...(Name !== undefined && Name !== '' && { name: Name.slice(0, 256) }), address }
  })

function momentOf(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new NoWord(`"${text}" is no time`)
  return at
}
