/** What the administration tells of a migration that never was, as large as a test wants. */
import type { ReportCalls } from '#src/app/migration-report.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

const BATCH = 250
const NIGHT = Date.UTC(2027, 0, 11, 22) / 1_000
const DAY = 86_400

export const addressOf = (no: number): string => `user${no}.with-a-name-of-some-length@corp.example`

const settings = {
  ...{ verification: 2, sampledPart: 0.01, caps: {}, lanes: 8, deltaEveryMinutes: 60, deletesHere: true },
  ...{ itemAttempts: 5, largestItemBytes: 150 * 1024 ** 2, failingMember: 'hold', rollbackDays: 14 },
  window: { begin: '20:00', end: '06:00', zone: 'Europe/Berlin', weekdays: [1, 2, 3, 4], holidays: [] },
}

function mailboxRow(no: number, skipped: number): JsonObject {
  const counts = { Copied: 12_000, CopiedBytes: 2e9, Kept: 0, DeletedHere: 0, GoneThere: 0, Pending: 0 }
  return {
    ...{ Address: addressOf(no), BatchNumber: Math.floor(no / BATCH) + 1, State: 'verified', ...counts },
    ...{ Skipped: skipped, Grade: skipped > 0 ? 'investigate' : 'good', FlippedDate: NIGHT, Cause: '' },
    Losses: [{ Property: 'junk lists', Reason: 'EWS tells them of no mailbox.', Weight: 'metadata' }],
  }
}

const skippedItem: JsonObject = {
  ...{ Key: 'AAMkAGI', State: 'skipped', Subject: 'Contracts, a second draft with a subject that goes on' },
  ...{ Code: 'ErrorItemCorrupt', Problem: 'Its body cannot be read in the source.', Attempts: 5 },
  ...{ SizeBytes: 123_456, Losses: [] },
}

/** Calls that tell of `mailboxes` in batches of 250; of `damaged` one item was left behind in each. */
export function reportedMigration(mailboxes: number, damaged: ReadonlySet<number>): ReportCalls {
  const batches = Array.from({ length: Math.ceil(mailboxes / BATCH) }, (_, at) => ({
    ...{ BatchNumber: at + 1, Name: `The night of batch ${at + 1}`, State: 'done-with-skips', Paused: false },
    ...{ Pilot: at === 0, Grade: 'investigate', FlippedDate: NIGHT + at * DAY, Cause: '' },
    ...{ ApprovedBy: 'Sabine Schröder', ApprovedGrade: 'investigate', ApprovedDate: NIGHT + at * DAY },
    ApprovalNote: 'Two calendars that nobody uses any more; agreed with their owners.',
  }))
  const pageOf: Record<string, (input: JsonObject) => JsonObject[]> = {
    ListMigrationMailboxes: ({ BatchNumber }) => {
      const first = (Number(BatchNumber) - 1) * BATCH
      const count = Math.min(BATCH, mailboxes - first)
      return Array.from({ length: count }, (_, at) => mailboxRow(first + at, damaged.has(first + at) ? 1 : 0))
    },
    ListMigrationItems: ({ Address }) =>
      [...damaged].some((no) => addressOf(no) === Address) ? [skippedItem] : [],
    ListMigrationGrants: () =>
      Array.from({ length: 30 }, (_, at) => ({
        ...{ Owner: addressOf(at), Grantee: addressOf(at + 1), Right: 'full-access', State: 'applied' },
        ...{ BrokenFrom: NIGHT, AppliedDate: NIGHT + DAY, Cause: '' },
      })),
    ListMigrationEvents: () =>
      batches.flatMap(({ BatchNumber }) => [
        { BatchNumber, Kind: 'done', Date: NIGHT + (BatchNumber + 14) * DAY },
        { BatchNumber, Kind: 'initial-sync', Date: NIGHT + (BatchNumber - 5) * DAY },
      ]),
  }
  return {
    call: async () => ({
      ...{ Name: 'A large move', Batches: batches, Settings: settings },
      Sources: [{ Name: 'old', Kind: 'exchange', Url: 'https://exchange.corp.example/EWS/Exchange.asmx' }],
      Servers: [{ Server: 'exchange.corp.example', IdleMs: { 'the server was busy': 7_000 } }],
    }),
    async *pages(operation, _member, input) {
      yield pageOf[operation]!(input)
    },
  }
}
