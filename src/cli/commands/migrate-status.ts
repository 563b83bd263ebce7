import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { batchWords, ownWords } from '#src/app/migration-words.ts'
import { counted } from '#src/base/figure-words.ts'
import { inFull } from '#src/base/in-full.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { fitTable, wrapText } from '../fit.ts'
import type { Io } from '../io.ts'
import { inOrganization } from '../options.ts'
import type { Result } from '../result.ts'
import type { Session } from '../session.ts'
import { formatBytes, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { waveOf } from './migrate-batches.ts'
import { unserved } from './migrate-run.ts'
import { byWave, isBack, onlyWave, wavesIn, wavesTable } from './migrate-status-waves.ts'
import { workedOn } from './migrate-words.ts'

const EVERY_MS = 1_000
/** Lanes that fit on a screen. */
const MOST_LANES = 20

/** `landbridge migrate status` */
export function migrateStatusCommands(cli: Cli): Command[] {
  return [status(cli)]
}

function status(cli: Cli): Command {
  const command = inOrganization(
    new Command('status')
      .argument('<project>')
      .description('batches, what runs, and why what does not run waits'),
  )
    .option('--watch', 'again every second, until Ctrl-C')
    .option('--wave <name>', 'only the batches of this wave')
  return cli.administers(command, async (session, options, project) => {
    // One that is not there is refused in words.
    const wave =
      options.wave === undefined ? undefined : (await waveOf(session, project!, String(options.wave))).name
    const look = async () => {
      const found = await session.callHere('DescribeMigration', { ProjectId: project! })
      const all = session.serving ? found : unforeseen(found)
      return wave === undefined ? all : onlyWave(all, wave)
    }
    if (options.watch === true && options.json === true)
      throw new UsageFault('--watch draws for people. Ask without it, as often as you like, for JSON.')
    // Without a service nothing goes on, and whoever watches would keep it from starting.
    if (options.watch === true && session.serving) return watched(session, look)
    const found = await look()
    const waits = (found.Batches as readonly JsonObject[]).some(isWorkedOn)
    return {
      json: found,
      text: `${formatStatus(found, widthOf(session.io))}${waits ? unserved(session) : ''}`,
    }
  })
}

/** Without when it is done: where no service runs, nobody works towards it. */
export const unforeseen = (found: JsonObject): JsonObject => ({
  ...found,
  Batches: ((found.Batches ?? []) as readonly JsonObject[]).map(
    ({ DoneDate, EarliestDoneDate, LatestDoneDate, MailboxesMeasured, ...batch }) => batch,
  ),
})

const isWorkedOn = ({ State }: JsonObject): boolean => workedOn.has(String(State))

/** Draws until Ctrl-C, also over a service that is started anew. */
async function watched({ io }: Session, look: () => Promise<JsonObject>): Promise<Result> {
  let last = ''
  const draw = (text: string) => {
    if (io.stdout.isTTY === true) io.stdout.write(screen(text, io.stdout, last === ''))
    else if (text !== last) io.stdout.write(`${text}\n`)
    last = text
  }
  let known = ''
  let isThere = true
  try {
    for (;;) {
      try {
        known = formatStatus(await look(), widthOf(io), io.stdout.isTTY === true ? io.stdout.rows : undefined)
        draw(known)
        isThere = true
      } catch (error) {
        if (!(error instanceof AdminUnreachable) || io.signal.aborted) throw error
        isThere = false
        draw(`${error.message} It is asked again each second; this is how it stood:\n${known}`)
      }
      await pause(EVERY_MS, undefined, { signal: io.signal })
    }
  } catch (error) {
    if (!io.signal.aborted) throw error
  }
  io.stderr.write(
    isThere
      ? '\nWhat runs goes on: the service does the work, and only the watching has ended.\n'
      : '\nThe service did not answer just now: what was begun goes on once it runs again.\n',
  )
  return { json: {}, text: '' }
}

/** Over what was drawn before, line by line, as a screen that is cleared each second flickers; no more than fits. */
function screen(text: string, { rows }: Io['stdout'], first: boolean): string {
  const lines = text.trimEnd().split('\n')
  const most = rows === undefined || rows < 2 ? lines.length : rows - 1
  const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), '…']
  return `${first ? '\x1b[2J' : ''}\x1b[H${shown.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`
}

/** Of the terminal it is written to; undefined where it goes into a file or a pipe. */
const widthOf = ({ stdout }: Io): number | undefined => (stdout.isTTY === true ? stdout.columns : undefined)

const lanesOf = (found: JsonObject): readonly JsonObject[] => (found.Lanes ?? []) as readonly JsonObject[]
function stateOf({ State, Paused }: JsonObject): string {
  const words = batchWords[State as keyof typeof batchWords] ?? String(State)
  return Paused === true ? `${words}; paused` : words
}

/** How fast a batch goes on, when it may be done, and why what does not go on waits; empty where nothing is to be told. */
function progressLine(batch: JsonObject): string {
  const { BatchNumber, ItemsPerSecond, BytesPerSecond, ItemsLeft, BytesLeft, UnknownSizes } = batch
  if (ItemsLeft === undefined) return ''
  const idle = Object.entries((batch.Idle ?? {}) as Record<string, number>)
    .map(([cause, count]) => `${count} ${cause}`)
    .join(', ')
  const parts = [
    ...(ItemsPerSecond === undefined
      ? []
      : [
          `${Number(ItemsPerSecond).toFixed(1)} items/s, ${formatBytes(Math.round(Number(BytesPerSecond)))}/s`,
        ]),
    ...(Number(BytesLeft) > 0 || Number(ItemsLeft) > 0
      ? [`${counted(Number(ItemsLeft), 'item')} (${formatBytes(BytesLeft)}) to come`]
      : []),
    ...(Number(UnknownSizes) > 0
      ? [`${counted(Number(UnknownSizes), 'mailbox', 'mailboxes')} of unknown size`]
      : []),
    ...(batch.DoneDate === undefined || Number(BytesLeft) + Number(ItemsLeft) === 0
      ? []
      : [doneWords(batch)]),
    ...(batch.State === 'synced' && batch.FinalPassSeconds !== undefined
      ? [
          `the last delta takes about ${formatSpan(Number(batch.FinalPassSeconds))}, as the last one that asked for every folder`,
        ]
      : []),
    ...(idle === '' ? [] : [`mailboxes at rest: ${idle}`]),
  ]
  return parts.length === 0 ? '' : `Batch ${BatchNumber}: ${parts.join('; ')}.`
}

/** When its first copy may be done, and how well that is known. */
function doneWords({ DoneDate, EarliestDoneDate, LatestDoneDate, MailboxesMeasured }: JsonObject): string {
  const measured = Number(MailboxesMeasured ?? 0)
  const by =
    measured === 0 ? 'nothing measured yet' : `measured with ${counted(measured, 'mailbox', 'mailboxes')}`
  const [earliest, latest] = [formatTime(EarliestDoneDate), formatTime(LatestDoneDate)]
  const band =
    earliest === latest ? 'most likely in that minute' : `most likely between ${earliest} and ${latest}`
  return `copied about ${formatTime(DoneDate)} (${band}; ${by})`
}

/** Mailboxes that failed, and why; empty where none did. */
function failureLine({ BatchNumber, Failed, Failures }: JsonObject): string {
  if (Failed === undefined) return ''
  const named = (Failures ?? []) as readonly string[]
  // How far it is was not read yet.
  if (named.length === 0)
    return `Batch ${BatchNumber}: ${counted(Number(Failed), 'mailbox', 'mailboxes')} failed: "landbridge migrate report" names them.`
  const more = Number(Failed) - named.length
  const rest = more === 0 ? '' : ` And ${more} more: "landbridge migrate report" names them.`
  const many = counted(Number(Failed), 'mailbox', 'mailboxes')
  return visibleText(`Batch ${BatchNumber}: ${many} failed: ${named.map(inFull).join(' ')}${rest}`)
}

/** A time that is nearer is told as how long it is until then. */
const SOON_S = 120
/** An answer that takes so long is told. */
const SLOW_S = 10

/** What a lane is at; `now` in epoch seconds. */
function laneWords({ Idle, Draining, AskedDate }: JsonObject, now: number): string {
  if (Idle !== undefined) return String(Idle)
  const does = Draining === true ? 'ends' : 'copies'
  const waits = Math.floor(now - Number(AskedDate ?? now))
  return waits < SLOW_S ? does : `${does}, waits for the server since ${counted(waits, 'second')}`
}

/** When a server that rests is asked again; `now` in epoch seconds. */
function askedAgain({ AskedAgainDate }: JsonObject, now: number): string {
  const left = Math.ceil(Number(AskedAgainDate ?? now) - now)
  if (left <= 0) return ''
  return ` Next try: ${left < SOON_S ? `in ${counted(left, 'second')}` : formatTime(AskedAgainDate)}.`
}

/** What arrived at the source of a batch that has moved; empty where nothing did. */
const lateLine = ({ BatchNumber, ArrivedLate, ArrivedLateBytes }: JsonObject): string =>
  ArrivedLate === undefined
    ? ''
    : `Batch ${BatchNumber}: ${counted(Number(ArrivedLate), 'item')} (${formatBytes(ArrivedLateBytes)}) arrived there after the move and came over.`

/** What its mailboxes have otherwise than the others; empty: nothing. */
const ownLine = ({ BatchNumber, OwnSettings }: JsonObject): string =>
  OwnSettings === undefined
    ? ''
    : `Batch ${BatchNumber} has settings of its own: ${ownWords(OwnSettings as Parameters<typeof ownWords>[0])}.`

/** What the people of a batch were told by mail; empty where nothing was. */
function announcementLine({ BatchNumber, Announcement }: JsonObject): string {
  if (Announcement === undefined) return ''
  const { Subject, Told, NotTold, Reasons, NotReached, NotReachedReasons, Done } = Announcement as JsonObject
  const named = (count: unknown, all: unknown, said: string) =>
    Number(count ?? 0) === 0 ? '' : `${said} ${count} (${(all as readonly string[]).join('; ')})`
  const missed =
    named(NotTold, Reasons, ', not to') + named(NotReached, NotReachedReasons, ', and has not reached')
  const people = counted(Number(Told), 'person', 'people')
  return visibleText(
    `${Done === true ? '' : 'Being sent: '}"${Subject}" went to ${people} of batch ${BatchNumber}${missed}.`,
  )
}

const formatSpan = (seconds: number): string =>
  seconds < 120 ? counted(seconds, 'second') : counted(Math.ceil(seconds / 60), 'minute')

const noBatches = (project: string): string =>
  `"landbridge migrate add ${shellWord(visibleText(project))} <address> --batch 1" makes the first one, "landbridge migrate create" makes them of a plan.`

/**
 * Batches that fit on a screen beside what runs: those that somebody has to look at or that are worked on come first. The others
 * are only counted.
 */
function fitting(batches: readonly JsonObject[], rows: number | undefined) {
  const most = rows === undefined ? batches.length : Math.max(3, Math.floor(rows / 2))
  if (batches.length <= most) return { shown: batches, rest: '' }
  const toLookAt = new Set(['failed', 'approving', 'rolling-back'])
  const first = batches.filter((batch) => isWorkedOn(batch) || toLookAt.has(String(batch.State)))
  const others = batches.filter((batch) => !first.includes(batch))
  const shown = new Set([...first, ...others].slice(0, most))
  const left = Map.groupBy(
    batches.filter((batch) => !shown.has(batch)),
    stateOf,
  )
  const rest = [...left].map(([state, { length }]) => `${length} ${state}`).join(', ')
  return { shown: batches.filter((batch) => shown.has(batch)), rest: `… and ${rest}` }
}

/** `width` and `rows` of the terminal, undefined: lines of any length, any number of them. */
export function formatStatus(
  found: JsonObject,
  width: number | undefined,
  rows?: number,
  now = Date.now() / 1_000,
): string {
  const prose = (text: string) => (text === '' ? '' : `${wrapText(text, width, '  ').join('\n')}\n`)
  const batches = (found.Batches ?? []) as readonly JsonObject[]
  const fits = fitting(batches, rows)
  const { rest } = fits
  const shown = byWave(found, fits.shown)
  const mostWaves = rows === undefined ? undefined : Math.max(3, Math.floor(rows / 4))
  const lines = [
    prose(`${visibleText(String(found.Name))}: ${counted(batches.length, 'batch', 'batches')}`),
    prose(typeof found.Responsible === 'string' ? visibleText(`${found.Responsible} answers for it.`) : ''),
    wavesTable(found, width, mostWaves),
    batches.length === 0
      ? prose(noBatches(String(found.Name)))
      : fitTable(
          [
            { title: 'Batch', show: (row) => `${row.BatchNumber}${row.Pilot === true ? ' pilot' : ''}` },
            ...(wavesIn(found).length === 0 ? [] : [{ title: 'Wave', show: 'Wave' }]),
            { title: 'State', show: stateOf },
            ...(shown.some(({ Mailboxes }) => Mailboxes !== undefined)
              ? [{ title: 'Moved', show: ({ Moved, Mailboxes }: JsonObject) => `${Moved} of ${Mailboxes}` }]
              : []),
            { title: 'Grade', show: 'Grade' },
            {
              title: 'Moves',
              show: (row) => (isBack(row.State) ? '' : formatTime(row.FlippedDate ?? row.CompleteAfter)),
            },
            ...(shown.some((row) => row.Responsible !== undefined && row.Responsible !== found.Responsible)
              ? [{ title: 'Responsible', show: 'Responsible' }]
              : []),
            { title: 'Why it stands there', show: 'Cause' },
          ],
          shown,
          width,
        ),
    prose(rest),
  ]
  if (found.NoRoom !== undefined)
    lines.push(prose(visibleText(`No room here, so nothing is copied: ${found.NoRoom}`)))
  const lanes = lanesOf(found)
  const mostLanes = rows === undefined ? MOST_LANES : Math.min(MOST_LANES, Math.max(2, Math.floor(rows / 4)))
  if (lanes.length > 0) {
    lines.push(
      '\n',
      fitTable(
        [
          { title: 'Now', show: 'Address' },
          { title: 'Items', show: 'Items' },
          { title: 'Size', show: (row) => formatBytes(row.Bytes) },
          { title: 'Does', show: (row) => laneWords(row, now) },
        ],
        lanes.slice(0, mostLanes),
        width,
      ),
    )
    if (lanes.length > mostLanes) lines.push(`… and ${lanes.length - mostLanes} more\n`)
    for (const { Address, Doing } of lanes.slice(0, mostLanes))
      if (Doing !== undefined) lines.push(prose(visibleText(`${Address}: ${Doing}`)))
  }
  for (const batch of shown)
    lines.push(
      ...[
        progressLine(batch),
        failureLine(batch),
        lateLine(batch),
        ownLine(batch),
        announcementLine(batch),
      ].map(prose),
    )
  if (found.RightsByHand !== undefined) {
    const rights = counted(Number(found.RightsByHand), 'right')
    const atLeast = found.RightsAtLeast === true ? 'at least ' : ''
    const many = found.RightsByHand === 1 ? 'has' : 'have'
    lines.push(
      prose(
        `${atLeast}${rights} ${many} to be given by hand: "landbridge migrate report ${shellWord(visibleText(String(found.Name)))} --rights" says why.`,
      ),
    )
  }
  for (const server of (found.Servers ?? []) as readonly JsonObject[]) {
    const idle = Object.entries((server.IdleMs ?? {}) as Record<string, number>)
      .filter(([, ms]) => ms >= 500)
      .map(([cause, ms]) => `${cause} ${Math.round(ms / 1_000)} s`)
      .join(', ')
    const trouble = server.Trouble === undefined ? '' : ` ${inFull(String(server.Trouble))}`
    const again = askedAgain(server, now)
    const calls = `${server.InUse} of ${counted(Number(server.Limit), 'call')} at once, ${server.Calls} in all.`
    const waited = idle === '' ? '' : ` Waited: ${idle}.`
    lines.push(prose(visibleText(`${server.Server}: ${calls}${trouble}${again}${waited}`)))
  }
  return lines.join('')
}
