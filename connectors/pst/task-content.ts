import type { ItemContent } from '#src/domain/mailbox/content.ts'
import { bodyOf } from '#src/formats/tnef/body.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { subjectOf } from './message-header.ts'
import type { StoredMessage } from './stored-message.ts'

/** PSETID_Task (MS-OXOTASK §2.2.2). */
const TASK = '00062003-0000-0000-c000-000000000046'
const progress = ['needs-action', 'in-process', 'completed', 'needs-action', 'cancelled'] as const

/** A task as JSCalendar (RFC 8984). Days are whole. */
export function taskContent({ bag, codepage }: StoredMessage, key: string): ItemContent {
  const value = (id: number) => bag.findNamed(TASK, id)?.values[0]
  const number = (id: number) => (typeof value(id) === 'number' ? (value(id) as number) : undefined)
  const day = (id: number) => {
    const at = number(id)
    return at === undefined || Math.abs(at) > 8e15 || at > Date.UTC(4500, 0, 1)
      ? undefined
      : `${new Date(at).toISOString().slice(0, 10)}T00:00:00`
  }
  const charset = codepageCharset(codepage)
  const { plain } = bodyOf({ messageClass: '', charset, properties: bag, recipients: [], attachments: [] })
  const [start, due] = [day(0x8104), day(0x8105)]
  const complete = number(0x8102)
  return {
    '@type': 'Task',
    uid: `pst:${key}`,
    title: subjectOf(bag),
    ...(plain !== undefined && { description: plain }),
    ...(start !== undefined && { start }),
    ...(due !== undefined && { due }),
    ...((start ?? due) !== undefined && { showWithoutTime: true }),
    ...(complete !== undefined && { percentComplete: Math.round(Math.min(1, Math.max(0, complete)) * 100) }),
    progress: progress[number(0x8101) ?? 0] ?? 'needs-action',
    priority: [9, 5, 1][bag.number(tag.importance) ?? 1] ?? 5,
  }
}
