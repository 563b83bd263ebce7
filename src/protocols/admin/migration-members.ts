import { z } from 'zod'
import { shellWord } from '#src/base/shell-word.ts'
import { type WrittenAttribute, writtenAttributes } from '#src/domain/migration/cut-over/directory-values.ts'
import type { BatchOwnChange } from '#src/domain/migration/engine/project/own-settings.ts'
import type {
  Announcement,
  Batch,
  CheckLine,
  DeferredGrant,
  Member,
  OwnSettings,
  Project,
  SourceConfig,
  WindowRules,
} from '#src/domain/migration/engine/project/project.ts'
import type { SettingsChange } from '#src/domain/migration/engine/project/source-caps.ts'
import { partWords } from '#src/domain/migration/engine/project/source-config.ts'
import { isBack } from '#src/domain/migration/engine/project/state.ts'
import type { Steering } from '#src/domain/migration/engine/project/steering.ts'
import type { WindowChange } from '#src/domain/migration/engine/project/window-change.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import type { LeavingCost } from '#src/domain/migration/engine/steer/leaving.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { LedgerItem, ReturnRow } from '#src/domain/migration/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { ActionContext } from './action.ts'
import { callerName } from './caller.ts'
import { present, timestamp } from './entries.ts'
import { inOrganization } from './fields.ts'

/** Members that the actions on migrations share; all of them are ours. */

export const inProject = {
  ...inOrganization,
  /** Its id or its name. */
  ProjectId: z.string().min(1).max(256),
}
export const by = z.string().min(1).max(256).optional()
/** Who answers for it: a name, a mail address or both. */
export const responsible = z.string().min(1).max(256)
export const batchNumber = z.number().int().min(1).max(1_000_000)
export const onBatch = { ...inProject, BatchNumber: batchNumber, By: by }
export const onProject = { ...inProject, By: by }
export const sourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be small letters, digits and hyphens')
export const address = z.string().min(1).max(256)
export const moment = z.number().min(0).max(32_503_680_000)

/** Who writes into the directory of the other side; kept nowhere. */
export const directoryAccount = {
  Account: z.string().min(1).max(512),
  Password: z.string().min(1).max(1_024),
}
const values = z.array(z.string().max(65_536)).max(10_000).default([])
/** Values of an object there; octets as Base64. */
export const directoryValues = z.strictObject(
  Object.fromEntries(writtenAttributes.map((name) => [name, values])) as Record<
    WrittenAttribute,
    typeof values
  >,
)

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')
const whole = (from: number, to: number) => z.number().int().min(from).max(to)

const cap = z.object({
  Connections: whole(1, 1_000).nullable().optional(),
  Lanes: whole(1, 1_000).nullable().optional(),
  CallsPerSecond: z.number().positive().max(100_000).nullable().optional(),
  BytesPerSecond: z.number().min(1).max(1e12).nullable().optional(),
})

const windowDays = {
  Weekdays: z.array(whole(1, 7)).min(1).max(7).optional(),
  /** Open from midnight to midnight. */
  WholeDays: z.array(whole(1, 7)).max(7).optional(),
  Holidays: z
    .array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-12-24'))
    .max(1_000)
    .optional(),
}
const zone = z.string().min(1).max(64)
const windowFields = z.object({ Begin: clock, End: clock, Zone: zone, ...windowDays })
/** Of the window there is; what is not named of it stays. */
const windowChangeFields = z.strictObject({ Zone: zone.optional(), ...windowDays }).optional()

/** Each day once, in the order of the week. */
const daysOf = (given: readonly number[]): number[] => [...new Set(given)].sort((a, b) => a - b)

const windowRules = (given: z.output<typeof windowFields>): WindowRules => ({
  ...{ begin: given.Begin, end: given.End, zone: given.Zone },
  weekdays: daysOf(given.Weekdays ?? [1, 2, 3, 4, 5, 6, 7]),
  ...(given.WholeDays !== undefined && given.WholeDays.length > 0 && { wholeDays: daysOf(given.WholeDays) }),
  holidays: given.Holidays ?? [],
})

const windowChange = (given: z.output<typeof windowChangeFields>): WindowChange | undefined =>
  given &&
  (known({
    zone: given.Zone,
    weekdays: given.Weekdays && daysOf(given.Weekdays),
    wholeDays: given.WholeDays && daysOf(given.WholeDays),
    holidays: given.Holidays,
  }) as WindowChange)

export const settingsFields = z.object({
  /** Null: always. */
  Window: windowFields.nullable().optional(),
  WindowChange: windowChangeFields,
  /** Of the sources that are named, what is named; null takes a cap away. */
  Caps: z.record(sourceName, cap).optional(),
  Lanes: whole(1, 1_000).optional(),
  /** Mailboxes at once of each database; null: any number. */
  DatabaseLanes: whole(1, 1_000).nullable().optional(),
  /** Over all sources together; null: as fast as it goes. */
  BytesPerSecond: z.number().min(1).max(1e12).nullable().optional(),
  PageItems: whole(1, 5_000).optional(),
  ItemAttempts: whole(1, 20).optional(),
  LargestItemBytes: whole(1, 2 ** 40).optional(),
  DeletesHere: z.boolean().optional(),
  DeltaEveryMinutes: whole(1, 60 * 24 * 366).optional(),
  RollbackDays: whole(0, 366).optional(),
  /** Hours after the flip at which it is looked what else arrived at the source; none: only where somebody asks. */
  LateHours: z
    .array(whole(1, 24 * 366))
    .max(50)
    .optional(),
  /** 1 counts, 2 properties and a sample of bodies, 3 all bodies. */
  Verification: z.literal([1, 2, 3]).optional(),
  FailingMember: z.enum(['hold', 'leave']).optional(),
  /** Part of what comes over that must be free beside it. */
  SpaceMargin: z.number().min(0).max(10).optional(),
  /** Hours from one report by mail to the next, to those who get alerts; null: none. */
  ReportHours: whole(1, 24 * 366)
    .nullable()
    .optional(),
  /** Null: nobody any more. */
  Responsible: responsible.nullable().optional(),
  /** Each alert once per cause. */
  Alerts: z
    .object({
      Addresses: z.array(z.string().min(3).max(320)).max(50),
      Webhook: z
        .url({ protocol: /^https$/, error: 'must be an https address, as https://chat.corp.example/hook' })
        .max(2_048)
        .nullable(),
    })
    .optional(),
})

/** Of a batch or a mailbox; null: as what is above it says. */
export const ownFields = z.strictObject({
  DeletesHere: z.boolean().nullable().optional(),
  LargestItemBytes: whole(1, 2 ** 40)
    .nullable()
    .optional(),
  ItemAttempts: whole(1, 20).nullable().optional(),
  Verification: z.literal([1, 2, 3]).nullable().optional(),
})

/** Of a batch: also when it is copied. */
export const batchOwnFields = ownFields.extend({
  Window: windowFields.or(z.literal('always')).nullable().optional(),
  WindowChange: windowChangeFields,
})

/** Only what was given. */
export const ownChange = ({ Window, ...given }: z.output<typeof batchOwnFields>): BatchOwnChange =>
  known({
    windowChange: windowChange(given.WindowChange),
    window: Window === 'always' || Window == null ? Window : windowRules(Window),
    deletesHere: given.DeletesHere,
    largestItemBytes: given.LargestItemBytes,
    itemAttempts: given.ItemAttempts,
    verification: given.Verification,
  })

const ownMembers = (own: OwnSettings | undefined): JsonObject =>
  own === undefined ? {} : { OwnSettings: own as unknown as JsonObject }

/** Only what was given. */
export function givenSettings(given: z.output<typeof settingsFields>): SettingsChange {
  const { Window: window, Caps: caps } = given
  const all = {
    window: window == null ? window : windowRules(window),
    windowChange: windowChange(given.WindowChange),
    caps:
      caps &&
      Object.fromEntries(
        Object.entries(caps).map(([source, { Connections, Lanes, CallsPerSecond, BytesPerSecond }]) => [
          source,
          known({
            connections: Connections,
            lanes: Lanes,
            callsPerSecond: CallsPerSecond,
            bytesPerSecond: BytesPerSecond,
          }),
        ]),
      ),
    lanes: given.Lanes,
    databaseLanes: given.DatabaseLanes,
    bytesPerSecond: given.BytesPerSecond,
    pageItems: given.PageItems,
    itemAttempts: given.ItemAttempts,
    largestItemBytes: given.LargestItemBytes,
    deletesHere: given.DeletesHere,
    deltaEveryMinutes: given.DeltaEveryMinutes,
    rollbackDays: given.RollbackDays,
    lateHours: given.LateHours,
    verification: given.Verification,
    failingMember: given.FailingMember,
    spaceMargin: given.SpaceMargin,
    reportHours: given.ReportHours,
    responsible: given.Responsible,
    alerts: given.Alerts && { addresses: given.Alerts.Addresses, webhook: given.Alerts.Webhook },
  }
  return known(all) as SettingsChange
}

const known = <T extends object>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>

/** Whom the trail names: who was named, and whose call it was. */
export const steeredBy = (caller: ActionContext['caller'], named: string | undefined): string =>
  named === undefined ? callerName(caller) : `${named} (${callerName(caller)})`

/** Who steers what. Refuses `no-such-item`. */
export async function steeringOf(
  { store, caller, now }: ActionContext,
  input: { OrganizationId: Steering['organization']; ProjectId: string; By?: string | undefined },
): Promise<Steering> {
  const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
  return {
    store,
    organization: input.OrganizationId,
    project: id,
    by: steeredBy(caller, input.By),
    now: now(),
  }
}

export const projectMembers = ({ id, name, createdAt, settings }: Project): JsonObject =>
  present({
    ProjectId: id,
    Name: name,
    CreatedDate: timestamp(createdAt)!,
    Settings: settings as unknown as JsonObject,
    Responsible: settings.responsible,
  })

export const sourceMembers = ({ id, kind, url, user, options }: SourceConfig): JsonObject =>
  present({
    ...{ Name: id, Kind: kind, Url: url, User: user ?? undefined },
    With: partWords({ options }) || undefined,
  })

/** A line of a pre-flight. */
export const checkMembers = ({ mailbox, name, state, found, remedy }: CheckLine): JsonObject => ({
  Mailbox: mailbox,
  Check: name,
  State: state,
  Found: found,
  Remedy: remedy,
})

const announcementMembers = (of: Announcement): JsonObject => ({
  Subject: of.subject,
  By: of.by,
  Date: timestamp(of.at)!,
  Told: of.told,
  NotTold: of.missing,
  Reasons: of.missed,
  NotReached: of.unreaching ?? 0,
  NotReachedReasons: of.unreached ?? [],
  Done: of.isDone,
})

/** Faults of a pre-flight that come with each batch. */
const MOST_FAULTS = 20

export const batchMembers = (batch: Batch): JsonObject =>
  present({
    BatchNumber: batch.no,
    Name: batch.name,
    State: batch.state,
    Paused: batch.paused,
    Pilot: batch.pilot,
    Priority: batch.priority,
    StartAfter: timestamp(batch.startAfter),
    CompleteAfter: timestamp(batch.completeAfter),
    CutOverAsked: batch.cutOverAsked,
    // What has gone back is graded no more.
    Grade: isBack(batch.state) ? undefined : (batch.grade ?? undefined),
    ApprovedBy: batch.approval?.by,
    ApprovedGrade: batch.approval?.grade,
    ApprovedDate: timestamp(batch.approval?.at ?? null),
    ApprovalNote: batch.approval?.note,
    FlippedDate: isBack(batch.state) ? undefined : timestamp(batch.flippedAt),
    ...ownMembers(batch.own),
    ArrivedLate: batch.late?.items,
    ArrivedLateBytes: batch.late?.bytes,
    Announcement: batch.announcement && announcementMembers(batch.announcement),
    Cause: batch.cause === '' ? undefined : batch.cause,
    // GetMigrationPreflight tells all of it.
    PreflightFaults: batch.preflight?.lines
      .filter(({ state }) => state === 'failed')
      .slice(0, MOST_FAULTS)
      .map(checkMembers),
  })

const isGoneBack = ({ state }: Member): boolean => state === 'returning' || state === 'rolled-back'

/** With the command as it is typed for this batch. */
export const resumable = (cause: string, project: string, no: number): string =>
  cause.replace('migrate resume" with the batch', `migrate resume ${shellWord(project)} ${no}"`)

export const memberMembers = (member: Member): JsonObject =>
  present({
    Address: member.address,
    BatchNumber: member.batch,
    State: member.state,
    Source: member.source,
    Database: member.database,
    EntityId: member.entry ?? undefined,
    Copied: member.counts.copied,
    CopiedBytes: member.counts.bytes,
    Skipped: member.counts.skipped,
    Kept: member.counts.kept,
    DeletedHere: member.counts.deleted,
    GoneThere: member.counts.gone,
    Pending: member.counts.pending,
    ExpectedItems: member.expected?.items,
    ExpectedBytes: member.expected?.bytes,
    Pass: member.pass,
    Grade: isGoneBack(member) ? undefined : (member.grade ?? undefined),
    DueDate: timestamp(member.dueAt),
    PassDate: timestamp(member.lastPass?.startedAt ?? null),
    PassEndedDate: timestamp(member.lastPass?.endedAt || null),
    FlippedDate: isGoneBack(member) ? undefined : timestamp(member.flippedAt),
    ...ownMembers(member.own),
    StartAfter: timestamp(member.startAfter ?? null),
    ...lateMembers(member),
    Returned: member.returned?.returned,
    LeftHere: member.returned?.left,
    Cause: member.cause === '' ? undefined : member.cause,
    Losses: lossesOf(member),
    // Of the way back: what was changed here of the mailbox itself and is not there.
    LeftOfMailbox: lostThereOf(member).length || undefined,
  })

/** What arrived at the source after the flip and was copied, when it was looked last, and why it could not be. */
const lateMembers = ({ late }: Member): JsonObject =>
  late === undefined
    ? {}
    : present({
        ...{ ArrivedLate: late.items, ArrivedLateBytes: late.bytes },
        ...{ LateLookDate: timestamp(late.lookedAt), LateTrouble: late.trouble },
      })

function lossesOf(member: Member): readonly JsonObject[] | undefined {
  const all = [...lostThereOf(member), ...member.losses]
  return all.length === 0 ? undefined : all.map(lossMembers)
}

export const lossMembers = ({ property, reason, weight, ofSource }: Loss): JsonObject =>
  present({
    Property: property,
    Reason: reason,
    Weight: weight,
    OfSource: ofSource,
  })

/** `folder`: its whole name there. */
export const itemMembers = (item: LedgerItem, folder: string | undefined): JsonObject =>
  present({
    Key: item.key,
    State: item.state,
    Subject: item.title,
    Folder: folder,
    ReceivedDate: timestamp(item.receivedAt ?? null),
    Code: item.code,
    Problem: item.problem,
    Attempts: item.attempts,
    SizeBytes: item.sizeBytes,
    Losses: item.losses.map(lossMembers),
  })

/** Of what came in or was changed after the flip, once its mailbox goes back; `folder`: the whole name there of where it goes. */
export const returnMembers = (
  row: ReturnRow,
  { folder, receivedAt }: { folder: string | undefined; receivedAt: number | undefined },
): JsonObject =>
  present({
    Key: String(row.item),
    State: row.state === 'left' ? 'left-here' : row.state === 'returned' ? 'returned' : 'returning',
    Change: row.change ?? 'arrived',
    Subject: row.title,
    Folder: folder,
    ReceivedDate: timestamp(receivedAt ?? null),
    Code: row.code,
    Problem: row.problem,
    Attempts: row.attempts,
    SizeBytes: row.sizeBytes,
    Losses: row.losses.map(lossMembers),
  })

export const grantMembers = (grant: DeferredGrant): JsonObject =>
  present({
    Owner: grant.owner,
    Grantee: grant.grantee,
    Right: grant.right,
    Folder: grant.folder ?? undefined,
    State: grant.state,
    BrokenFrom: timestamp(grant.brokenFrom),
    AppliedDate: timestamp(grant.appliedAt),
    Cause: grant.cause === '' ? undefined : grant.cause,
  })

const MOST_BROKEN = 100

/** What it breaks when mailboxes leave their batch; ListMigrationGrants has all rights. */
export const leavingMembers = ({ rights, worth, notKnown }: LeavingCost): JsonObject => ({
  Rights: rights.length,
  DelegationDaysADay: worth,
  NotKnown: notKnown,
  Breaks: rights.slice(0, MOST_BROKEN).map(({ owner, grantee, right }) => ({
    ...{ Owner: owner, Grantee: grantee, Right: right },
  })),
})
