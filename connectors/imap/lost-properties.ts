import type { Loss, SourceItem } from '#src/domain/migration/source.ts'

/**
 * What follows from the message, or is told by its flags: PidTagConversationTopic, PidTagConversationIndex, PidTagConversationId,
 * PidTagIconIndex, PidTagLastVerbExecuted and its time, PidTagFlagStatus, PidTagFollowupIcon, PidTagToDoItemFlags, PidTagCreationTime,
 * PidTagMessageDeliveryTime, PidTagMessageFlags, PidTagInternetCodepage, PidTagSearchKey.
 */
const follows: ReadonlySet<string> = new Set(
  '0070 0071 3013 1080 1081 1082 1090 1095 0e2b 3007 0e06 0e07 3fde 300b'.split(' ').map((tag) => `0x${tag}`),
)

/** What lies beside a message and IMAP has no words for: follow-up dates, reminders, importance, retention, what programs put there. */
export function lostProperties(properties: SourceItem['properties']): readonly Loss[] {
  const names = Object.keys(properties).filter((key) => !follows.has(key.split(':')[0]!))
  return names.map((property) => ({
    property,
    reason: 'IMAP has no place for what lies beside a message. It stays here.',
    weight: 'metadata',
  }))
}
