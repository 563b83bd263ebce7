import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { inOrganization } from '../options.ts'
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
  return cli.administers(
    command,
    async (session, _options, project, batch) => {
      const input = { ProjectId: project!, BatchNumber: batchNumber(batch!) }
      const found = await session.callHere('GetMigrationPreflight', input)
      return { json: found, text: preflightText(found, batch!) }
    },
    { answerMs: 600_000 },
  )
}

/** Faults first, then what should be looked at, then what is well. */
export function preflightText({ Checks, Passed }: JsonObject, batch: string): string {
  const rows = Checks as readonly JsonObject[]
  const order = ['failed', 'warning', 'ok']
  const sorted = [...rows].sort((a, b) => order.indexOf(String(a.State)) - order.indexOf(String(b.State)))
  const faults = rows.filter(({ State }) => State === 'failed').length
  const verdict =
    Passed === true
      ? `Batch ${batch} can begin.\n`
      : `Batch ${batch} cannot begin: ${faults} ${faults === 1 ? 'fault' : 'faults'}.\n`
  const columns = [
    { title: 'LIGHT', show: (row: JsonObject) => lights[String(row.State)] ?? String(row.State) },
    { title: 'MAILBOX', show: 'Mailbox' },
    { title: 'CHECK', show: 'Check' },
    { title: 'FOUND', show: 'Found' },
    { title: 'WHAT TO DO', show: 'Remedy' },
  ]
  return `${formatTable(columns, sorted)}${verdict}`
}
