import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import { isAnswer, isFolder, type PlacedRule } from '#src/domain/rules/kept-rules.ts'
import { RULE_LIMITS, type RuleActions } from '#src/domain/rules/rule.ts'
import type {
  ItemIdType,
  RuleActionsType,
  RuleFieldURIType,
  RuleType,
  TargetFolderIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { ReachedMailbox } from '../places.ts'
import { refusedFor } from '../refusal-codes.ts'
import { readPeople, readTests, readTexts } from './read-tests.ts'
import type { RuleErrors } from './rule-errors.ts'

/** A rule as a request has it, for a mailbox; what is wrong with it goes to `errors`. */
export async function readRule(
  call: EwsCall,
  mailbox: ReachedMailbox,
  given: RuleType,
  errors: RuleErrors,
): Promise<PlacedRule> {
  const { DisplayName, Priority, IsEnabled, IsNotSupported, IsInError, Conditions, Exceptions, Actions } =
    given
  if (DisplayName.trim() === '') errors.add('DisplayName', 'EmptyValueFound', 'A rule has a name.')
  if (DisplayName.length > RULE_LIMITS.name)
    errors.add(
      'DisplayName',
      'StringValueTooBig',
      `A name has at most ${RULE_LIMITS.name} characters.`,
      DisplayName,
    )
  if (!Number.isInteger(Priority) || Priority < 1)
    errors.add('Priority', 'InvalidValue', 'Places are counted from 1.', Priority)
  if (IsNotSupported) errors.add('IsNotSupported', 'NotSettable', 'This is found out and not set.', true)
  if (IsInError) errors.add('IsInError', 'NotSettable', 'This is found out and not set.', true)
  const conditions = await readTests(call, Conditions, 'Condition', errors)
  const exceptions = await readTests(call, Exceptions, 'Exception', errors)
  const actions = await readActions(call, mailbox, Actions ?? {}, errors)
  if (
    Object.keys(actions).length === 0 &&
    !errors.found.some(({ FieldURI }) => FieldURI.startsWith('Action:'))
  )
    errors.add('Actions', 'MissingAction', 'The rule does nothing.')
  return { rule: { name: DisplayName, enabled: IsEnabled, conditions, exceptions, actions }, place: Priority }
}

async function readActions(
  call: EwsCall,
  mailbox: ReachedMailbox,
  given: RuleActionsType,
  errors: RuleErrors,
): Promise<RuleActions> {
  const people = (name: 'ForwardToRecipients' | 'ForwardAsAttachmentToRecipients' | 'RedirectToRecipients') =>
    readPeople(call, `Action:${name}`, given[name], errors, RULE_LIMITS.recipients)
  if (given.SendSMSAlertToRecipients !== undefined)
    errors.add('Action:SendSMSAlertToRecipients', 'UnsupportedRule', 'Text messages are not sent from here.')
  const assignCategories = readTexts('Action:AssignCategories', given.AssignCategories, errors)
  const copyTo = await readFolder(call, mailbox, 'Action:CopyToFolder', given.CopyToFolder, errors)
  const moveTo = await readFolder(call, mailbox, 'Action:MoveToFolder', given.MoveToFolder, errors)
  const forwardTo = await people('ForwardToRecipients')
  const forwardAttachedTo = await people('ForwardAsAttachmentToRecipients')
  const redirectTo = await people('RedirectToRecipients')
  const replyWith = await readAnswer(call, mailbox, given.ServerReplyWithMessage, errors)
  return {
    ...(assignCategories && { assignCategories }),
    ...(copyTo !== undefined && { copyTo }),
    ...(moveTo !== undefined && { moveTo }),
    ...(given.Delete && { delete: true }),
    ...(given.PermanentDelete && { permanentDelete: true }),
    ...(forwardTo && { forwardTo }),
    ...(forwardAttachedTo && { forwardAttachedTo }),
    ...(redirectTo && { redirectTo }),
    ...(given.MarkImportance && { importance: given.MarkImportance }),
    ...(given.MarkAsRead && { markAsRead: true }),
    ...(replyWith !== undefined && { replyWith }),
    ...(given.StopProcessingRules && { stop: true }),
  }
}

/** A folder of the same mailbox. */
async function readFolder(
  call: EwsCall,
  { at }: ReachedMailbox,
  field: RuleFieldURIType,
  given: TargetFolderIdType | undefined,
  errors: RuleErrors,
): Promise<FolderNo | undefined> {
  if (given === undefined) return undefined
  const id = given.FolderId?.Id ?? given.DistinguishedFolderId?.Id ?? ''
  try {
    const { mailbox, folder } = await call.places.folder(given)
    const fits = mailbox.at.mailbox === at.mailbox
    if (fits && (await isFolder(call.services.store.mailboxes, at, folder.no))) return folder.no
    errors.add(field, 'InvalidFolderId', 'This is no folder of this mailbox that takes messages.', id)
  } catch (error) {
    const refused = refusedFor(error)
    if (refused === undefined) throw error
    const gone = refused.code === 'ErrorFolderNotFound'
    errors.add(field, gone ? 'FolderDoesNotExist' : 'InvalidFolderId', refused.text, id)
  }
  return undefined
}

async function readAnswer(
  call: EwsCall,
  { at }: ReachedMailbox,
  given: ItemIdType | undefined,
  errors: RuleErrors,
): Promise<ItemNo | undefined> {
  if (given === undefined) return undefined
  const field = 'Action:ServerReplyWithMessage'
  try {
    const { mailbox, no } = await call.places.named({ ItemId: given })
    const fits = mailbox.at.mailbox === at.mailbox
    if (fits && (await isAnswer(call.services.store.mailboxes, at, no))) return no
    errors.add(field, 'InvalidValue', 'This is no message of this mailbox.', given.Id)
  } catch (error) {
    const refused = refusedFor(error)
    if (refused === undefined) throw error
    errors.add(field, 'InvalidValue', refused.text, given.Id)
  }
  return undefined
}
