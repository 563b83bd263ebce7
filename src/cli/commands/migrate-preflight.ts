import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { inOrganization } from '../options.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { formatTable } from '../table.ts'
import { batchNumber } from './migrate-words.ts'

const lights: Readonly<Record<string, string>> = { ok: 'green', warning: 'yellow', failed: 'RED' }

/** `landbridge migrate preflight` */
export function migratePreflightCommand(cli: Cli): Command {
  const command = inOrganization(
    new Command('preflight')
      .argument('<project>')
      .argument('<batch>')
      .description('look at everything a batch needs, and begin nothing; "run" does the same first'),
  )
  return cli.administers(command, async (session, _options, project, batch) => {
    const input = { ProjectId: project!, BatchNumber: batchNumber(batch!) }
    const found = await lookedAt(session, input)
    return { json: found, text: preflightText(found, batch!), exitCode: found.Passed === true ? 0 : 1 }
  })
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

/** Faults first, then what should be looked at, then what is well. */
function preflightText({ Checks, Passed }: JsonObject, batch: string): string {
  const rows = Checks as readonly JsonObject[]
  const order = ['failed', 'warning', 'ok']
  const sorted = [...rows].sort((a, b) => order.indexOf(String(a.State)) - order.indexOf(String(b.State)))
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
  return `${formatTable(columns, sorted)}${verdict}`
}
