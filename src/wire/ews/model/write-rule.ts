import type {
  FlaggedForActionType,
  ImportanceChoicesType,
  RuleActionsType,
  RulePredicatesType,
  SensitivityChoicesType,
  TargetFolderIdType,
} from '../schema-types.ts'
import { markPredicates, RULE_KILOBYTE, textPredicates } from './rule-words.ts'
import { formatTime } from './time-zones.ts'

type Person = { name?: string; address: string }
type Range = { from?: number; to?: number }

/** What a rule asks of a message: texts and marks by their words in `rule-words.ts`, times in epoch milliseconds, sizes in octets. */
type WrittenTests = {
  contains?: Partial<Record<(typeof textPredicates)[keyof typeof textPredicates], readonly string[]>>
  marks?: readonly (typeof markPredicates)[keyof typeof markPredicates][]
  categories?: readonly string[]
  itemClasses?: readonly string[]
  from?: readonly Person[]
  sentTo?: readonly Person[]
  flagged?: string
  importance?: ImportanceChoicesType
  sensitivity?: SensitivityChoicesType
  received?: Range
  size?: Range
}

/** What a rule does; folders and the answer are told apart by whoever has their ids. */
type WrittenActions = {
  assignCategories?: readonly string[]
  delete?: true
  permanentDelete?: true
  forwardTo?: readonly Person[]
  forwardAttachedTo?: readonly Person[]
  redirectTo?: readonly Person[]
  importance?: ImportanceChoicesType
  markAsRead?: true
  stop?: true
}
type Places = { copyTo?: TargetFolderIdType; moveTo?: TargetFolderIdType; replyWith?: string }

/** Conditions or exceptions of a rule as EWS has them; undefined where nothing is asked. Sizes are rounded to kilobytes. */
export function writeRuleTests(tests: WrittenTests): RulePredicatesType | undefined {
  const { categories, itemClasses, from, sentTo, flagged, importance, sensitivity, received, size } = tests
  const texts = Object.entries(textPredicates).flatMap(([name, place]) => {
    const found = tests.contains?.[place]
    return found === undefined ? [] : [[name, found]]
  })
  const marks = Object.entries(markPredicates).flatMap(([name, mark]) =>
    tests.marks?.includes(mark) ? [[name, true]] : [],
  )
  const written: RulePredicatesType = {
    ...Object.fromEntries(texts),
    ...Object.fromEntries(marks),
    ...(categories && { Categories: categories }),
    ...(itemClasses && { ItemClasses: itemClasses }),
    ...(from && { FromAddresses: writePeople(from) }),
    ...(sentTo && { SentToAddresses: writePeople(sentTo) }),
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
  return Object.keys(written).length === 0 ? undefined : written
}

/** Actions of a rule as EWS has them. */
export function writeRuleActions(
  actions: WrittenActions,
  { copyTo, moveTo, replyWith }: Places,
): RuleActionsType {
  const { assignCategories, forwardTo, forwardAttachedTo, redirectTo, importance } = actions
  return {
    ...(assignCategories && { AssignCategories: assignCategories }),
    ...(copyTo && { CopyToFolder: copyTo }),
    ...(actions.delete && { Delete: true }),
    ...(forwardAttachedTo && { ForwardAsAttachmentToRecipients: writePeople(forwardAttachedTo) }),
    ...(forwardTo && { ForwardToRecipients: writePeople(forwardTo) }),
    ...(importance && { MarkImportance: importance }),
    ...(actions.markAsRead && { MarkAsRead: true }),
    ...(moveTo && { MoveToFolder: moveTo }),
    ...(actions.permanentDelete && { PermanentDelete: true }),
    ...(redirectTo && { RedirectToRecipients: writePeople(redirectTo) }),
    ...(replyWith !== undefined && { ServerReplyWithMessage: { Id: replyWith } }),
    ...(actions.stop && { StopProcessingRules: true }),
  }
}

/** An address of another kind than SMTP is an old Exchange's own. */
const writePeople = (people: readonly Person[]) =>
  people.map(({ name, address }) => ({
    Name: name ?? address,
    EmailAddress: address,
    RoutingType: address.startsWith('/') ? 'EX' : 'SMTP',
  }))
