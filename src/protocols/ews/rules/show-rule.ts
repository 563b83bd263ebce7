import { isInOrder } from '#src/domain/rules/kept-rules.ts'
import type { Rule } from '#src/domain/rules/rule.ts'
import { writeRuleActions, writeRuleTests } from '#src/wire/ews/model/write-rule.ts'
import type { RuleType } from '#src/wire/ews/schema-types.ts'
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
  const { copyTo, moveTo, replyWith, ...others } = actions
  const folder = (no: NonNullable<typeof moveTo>) => ({ FolderId: { Id: formatFolderId(at.mailbox, no) } })
  return {
    RuleId: id,
    DisplayName: name,
    Priority: place,
    IsEnabled: enabled,
    ...(!inOrder && { IsInError: true }),
    Conditions: writeRuleTests(conditions),
    Exceptions: writeRuleTests(exceptions),
    Actions: writeRuleActions(others, {
      ...(copyTo !== undefined && { copyTo: folder(copyTo) }),
      ...(moveTo !== undefined && { moveTo: folder(moveTo) }),
      ...(replyWith !== undefined && { replyWith: formatItemId(at.mailbox, replyWith) }),
    }),
  }
}
