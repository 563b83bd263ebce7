import { Command } from 'commander'
import { freezeFiles, requireNewScript, writeFreezeScript } from '#src/app/cut-over-script.ts'
import { counted } from '#src/base/figure-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { readWhole } from '../input-files.ts'
import { inOrganization } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'
import { confirmBatch, momentOf, named, onBatch, requireName, unserved } from './migrate-run.ts'

/** `landbridge migrate announce|freeze`: what people are told and kept from before their batch moves. */
export const migrateFreezeCommands = (cli: Cli): Command[] => [announce(cli), freeze(cli)]

const MOST_TEXT_BYTES = 65_536

function announce(cli: Cli): Command {
  const command = onBatch(
    new Command('announce').description(
      'tell the people of a batch by mail when to stop working in their old mailbox, one mail each',
    ),
  )
    .option('--from <time>', 'when they stop, as 2027-01-12T20:00')
    .option('--until <time>', 'when they begin here')
    .option('--subject <text>', 'another subject')
    .option('--text <file>', 'another text, with {name}, {address}, {from} and {until} where they are wanted')
  return cli.administers(command, async (session, options, project, batch) => {
    const { from, until } = timesOf(options)
    const text = options.text === undefined ? usualText(from, until) : await ownText(String(options.text))
    const fill = (words: string) => filled(words, { from, until })
    const subject = fill(String(options.subject ?? 'Your mailbox moves'))
    const Text = fill(text)
    await confirmBatch(session, project!, batch!, {
      question: `Send "${subject}" to the people of batch ${batch}?`,
    })
    const answer = await session.callHere('AnnounceMigrationBatch', {
      ...named(project!, batch!, options),
      ...{ Subject: subject, Text },
    })
    const look = `"landbridge migrate status ${project}" says how many were told.`
    return {
      json: answer,
      text: `The people of batch ${batch} are told from the next minute on. ${look}\n${unserved(session)}`,
    }
  })
}

type Times = { from?: string | undefined; until?: string | undefined }

function timesOf(options: Record<string, unknown>): Times {
  const at = (name: 'from' | 'until') => {
    if (options[name] === undefined) return undefined
    const text = String(options[name])
    // Midnight is hardly meant by a day alone.
    if (/^[\d-]+$/.test(text))
      throw new UsageFault(`--${name} is a day and a time as 2027-01-12T20:00, not "${text}".`)
    return momentOf(`--${name}`, text)
  }
  const [from, until] = [at('from'), at('until')]
  if (from !== undefined && until !== undefined && until <= from)
    throw new UsageFault('--until is not after --from. Name a time after it.')
  return { ...(from && { from: whenWords(from) }), ...(until && { until: whenWords(until) }) }
}

/** `2027-01-12 20:00 (Europe/Berlin)` */
function whenWords(epochSeconds: number): string {
  const zone = Temporal.Now.timeZoneId()
  const local = Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1_000).toZonedDateTimeISO(zone)
  const text = local.toPlainDateTime().toString({ smallestUnit: 'minute' })
  return `${text.replace('T', ' ')} (${zone})`
}

function usualText(from: string | undefined, until: string | undefined): string {
  if (from === undefined)
    throw new UsageFault('Say when people stop with --from 2027-01-12T20:00, or write your own --text FILE.')
  return [
    'Hello {name},',
    '',
    `your mailbox {address} moves to another server. Please close Outlook and all other mail programs by {from} and do not use the mailbox${until === undefined ? ' until you are told that it has moved' : ' until {until}'}: what you change there in between may not come along. Mail that is sent to you meanwhile is not lost.`,
    '',
    'Afterwards your mail, calendar and contacts are as you left them.',
    '',
  ].join('\n')
}

async function ownText(file: string): Promise<string> {
  const text = await readWhole(file, MOST_TEXT_BYTES)
  if (text.includes('\0') || text.includes('\ufffd'))
    throw new UsageFault(`${file} is no text in UTF-8. Save it as UTF-8.`)
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
}

function filled(text: string, times: Times): string {
  return text.replaceAll(/\{(from|until)\}/g, (_, name: 'from' | 'until') => {
    const time = times[name]
    if (time === undefined) throw new UsageFault(`The text has {${name}}: say when with --${name}.`)
    return time
  })
}

function freeze(cli: Cli): Command {
  const command = inOrganization(
    new Command('freeze')
      .argument('<project>')
      .argument('<batch>')
      .argument('<file>')
      .description(
        'write what closes the mailboxes of a batch to their people in Exchange before its cut-over, and what opens them again',
      ),
  )
  return cli.administers(command, async (session, _options, project, batch, file) => {
    requireName(file!)
    await requireNewScript(file!, freezeFiles(file!))
    const { BatchNumber } = named(project!, batch!, {})
    const call = (operation: string, input: JsonObject) => session.callHere(operation, input)
    const { steps, elsewhere } = await writeFreezeScript(call, {
      ...{ project: project!, batch: BatchNumber, script: file! },
    })
    const { script, rollback } = freezeFiles(file!)
    const written =
      steps === 0
        ? `No mailbox of batch ${batch} comes from Exchange, so there is no script.\n`
        : `Written, for ${counted(steps, 'mailbox', 'mailboxes')}:\n  ${script}  run it in the Exchange Management Shell before "landbridge migrate cutover ${project} ${batch}"\n  ${rollback}  opens them again, where the batch does not move after all or has gone back\n`
    return {
      json: { Files: steps === 0 ? [] : [script, rollback], Elsewhere: elsewhere },
      text: `${written}${elsewhereWords(elsewhere, `${project} ${batch}`)}`,
    }
  })
}

const MOST_NAMED = 5

function elsewhereWords(all: readonly string[], of: string): string {
  if (all.length === 0) return ''
  const more = all.length - MOST_NAMED
  const names = `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `Not closed by a script, as what they come from is no Exchange: ${names}. Tell their people ("landbridge migrate announce ${of}"), and close the way in there.\n`
}
