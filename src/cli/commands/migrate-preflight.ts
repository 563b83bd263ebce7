import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { fitTable } from '../fit.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { ofBatches, withBatches } from './migrate-batches.ts'
import { targetOf } from './migrate-run.ts'
import { batchNumber } from './migrate-words.ts'

const lights: Readonly<Record<string, string>> = { ok: 'green', warning: 'yellow', failed: 'RED' }

/** `landbridge migrate preflight` */
export function migratePreflightCommand(cli: Cli): Command {
  const command = ofBatches(
    new Command('preflight').description(
      'look at everything a batch needs, and begin nothing; "run" does the same first',
    ),
  )
  return cli.administers(command, (session, options, project, only) =>
    withBatches(session, targetOf(project, only, options), {
      one: async (batch) => {
        const input = { ProjectId: project!, BatchNumber: batchNumber(batch) }
        const found = await lookedAt(session, input)
        const text = preflightText(found, batch, session.io.stdout.columns)
        return { json: found, text, exitCode: found.Passed === true ? 0 : 1 }
      },
    }),
  )
}

/** One part after the other, and how far it is. */
async function lookedAt(session: Session, input: JsonObject): Promise<JsonObject> {
  const progress = new Progress(session.io)
  const checks: JsonObject[] = []
  try {
    for await (const { Checks, Looked, Mailboxes } of session.partsHere('GetMigrationPreflight', input)) {
      checks.push(...(Checks as readonly JsonObject[]))
      progress.show({ what: 'Looking at mailboxes', done: Number(Looked), total: Number(Mailboxes) })
    }
  } finally {
    progress.end()
  }
  return { Passed: checks.every(({ State }) => State !== 'failed'), Checks: checks }
}

/**
 * Faults first, then what should be looked at, then what is well; what is the same of several mailboxes, or of one and of their server, is
 * a row of its own once.
 */
export function preflightRows(checks: readonly JsonObject[]): readonly JsonObject[] {
  const order = ['failed', 'warning', 'ok']
  const same = Map.groupBy(checks, ({ State, Check, Found, Remedy }) =>
    JSON.stringify([State, Check, Found, Remedy]),
  )
  const rows = [...same.values()].map((all) => {
    const of = new Set(all.map(({ Mailbox }) => String(Mailbox ?? '')))
    const [first = ''] = of
    if (of.size === 1) return all[0]!
    return { ...all[0], Mailbox: of.has('') ? '' : `${first} and ${of.size - 1} more` }
  })
  return rows.sort((a, b) => order.indexOf(String(a.State)) - order.indexOf(String(b.State)))
}

/** Rows of one kind that are shown; a batch of a thousand has the others in --json. */
const MOST_ALIKE = 10

function shownRows(rows: readonly JsonObject[]): readonly JsonObject[] {
  const alike = Map.groupBy(rows, ({ State, Check }) => `${State} ${Check}`)
  return [...alike.values()].flatMap((all) => {
    const rest = all.length - MOST_ALIKE
    if (rest <= 1) return all
    const { State, Check } = all[0]!
    const more = {
      State,
      Check,
      Mailbox: `and ${rest} more`,
      Found: 'The same in other words; --json has all.',
    }
    return [...all.slice(0, MOST_ALIKE), more as JsonObject]
  })
}

export function preflightText(
  { Checks, Passed }: JsonObject,
  batch: string,
  width: number | undefined,
): string {
  const rows = Checks as readonly JsonObject[]
  const faults = rows.filter(({ State }) => State === 'failed').length
  const verdict =
    Passed === true
      ? `Batch ${batch} can begin.\n`
      : `Batch ${batch} cannot begin: ${faults} ${faults === 1 ? 'fault' : 'faults'}.\n`
  const columns = [
    { title: 'Light', show: (row: JsonObject) => lights[String(row.State)] ?? String(row.State) },
    { title: 'Mailbox', show: 'Mailbox' },
    { title: 'Check', show: 'Check' },
    { title: 'Found', show: 'Found' },
    { title: 'What to do', show: 'Remedy' },
  ]
  return `${fitTable(columns, shownRows(preflightRows(rows)), width)}${verdict}`
}
