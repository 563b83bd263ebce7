import { csvLine } from '#src/domain/migration/report/csv.ts'
import type {
  LossCount,
  RunBatch,
  RunItem,
  RunMailbox,
  RunTotals,
} from '#src/domain/migration/report/run-report.ts'

/** Lines of the tables that a report of a migration is written as. */

export const mailboxColumns = [
  ...['Address', 'BatchNumber', 'State', 'Copied', 'CopiedBytes', 'Skipped', 'Kept', 'DeletedHere'],
  ...['GoneThere', 'Pending', 'Grade', 'Moved', 'LostContent', 'LostVisible', 'LostMetadata', 'Cause'],
  ...['Returned', 'LeftHere', 'Wave', 'Responsible', 'ArrivedLate', 'LateLook', 'LastPass'],
] as const
export const itemColumns = [
  ...[
    'Address',
    'BatchNumber',
    'State',
    'Subject',
    'Code',
    'Problem',
    'Attempts',
    'SizeBytes',
    'Losses',
    'Key',
    'ChangeHere',
    'Folder',
    'Received',
  ],
] as const

export const batchColumns = [
  ...['BatchNumber', 'Name', 'Wave', 'Responsible', 'State', 'Pilot', 'Mailboxes', 'Moved', 'Copied'],
  ...['CopiedBytes', 'Skipped', 'Grade', 'ApprovedBy', 'ApprovedGrade', 'ApprovalNote', 'Begun'],
  ...['CopiedDate', 'ApprovedDate', 'MovedDate', 'EndedDate', 'CompleteAfter', 'Cause'],
] as const

export function mailboxLine(mailbox: RunMailbox, { wave, responsible }: RunBatch, losses: LossCount): string {
  const { counts } = mailbox
  const lost = { content: 0, visible: 0, metadata: 0 }
  for (const { weight, items } of losses.rows()) lost[weight] += items
  return csvLine([
    ...[mailbox.address, mailbox.batch, mailbox.state, counts.copied, counts.bytes, counts.skipped],
    ...[counts.kept, counts.deleted, counts.gone, counts.pending, mailbox.grade],
    momentText(mailbox.moved),
    ...[lost.content, lost.visible, lost.metadata, mailbox.cause],
    ...[mailbox.returned?.returned ?? null, mailbox.returned?.left ?? null, wave, responsible],
    ...[mailbox.late?.items ?? null, momentText(mailbox.late?.lookedAt ?? null)],
    momentText(mailbox.lastPass ?? null),
  ])
}

const momentText = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

export function itemLine({ address, batch }: RunMailbox, item: RunItem): string {
  const lost = item.losses.map(({ property, weight }) => `${property} (${weight})`).join('; ')
  return csvLine([
    ...[address, batch, item.state, item.title, item.code, item.problem, item.attempts, item.sizeBytes],
    ...[lost, item.key, item.change, item.folder],
    momentText(item.receivedAt),
  ])
}

export function batchLine(batch: RunBatch, { mailboxes, moved, counts }: RunTotals): string {
  const { times, approval } = batch
  return csvLine([
    ...[batch.no, batch.name, batch.wave, batch.responsible, batch.state, batch.pilot ? 'yes' : ''],
    ...[mailboxes, moved, counts.copied, counts.bytes, counts.skipped, batch.grade],
    ...[approval?.by ?? null, approval?.grade ?? null, approval?.note ?? null, momentText(times.begun)],
    ...[momentText(times.copied), momentText(times.approved), momentText(times.moved)],
    ...[momentText(times.ended), momentText(batch.completeAfter), batch.cause],
  ])
}
