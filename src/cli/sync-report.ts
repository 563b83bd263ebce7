import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { formatDetails, formatTime } from './table.ts'

const decisions: Readonly<Record<string, string>> = {
  create: 'new',
  change: 'changed',
  return: 'back again',
  replace: 'made anew',
  local: 'changed (mailbox here)',
  account: 'account without a mailbox',
  delete: 'deleted',
  unlink: 'let go (mailbox here)',
  quarantine: 'quarantined',
  omit: 'left out',
  hold: 'held',
  missing: 'not found',
  partial: 'without an address',
}

export const decisionText = (decision: JsonValue | undefined): string =>
  decisions[String(decision)] ?? String(decision)

/** `12 new, 3 changed`; an empty text when nothing of it is worth a word. */
function decisionsText(counts: JsonObject): string {
  return Object.keys(decisions)
    .filter((name) => (counts[name] ?? 0) !== 0)
    .map((name) => {
      const isMany = name === 'account' && counts[name] !== 1
      return `${numberText(counts[name])} ${isMany ? 'accounts without a mailbox' : decisionText(name)}`
    })
    .join(', ')
}

const hasDoubtful = ({ quarantine, hold, missing, omit }: JsonObject): boolean =>
  [quarantine, hold, missing, omit].some((count) => (count ?? 0) !== 0)

const numberText = (count: JsonValue | undefined): string => Number(count).toLocaleString('en')

const outcomes: Readonly<Record<string, string>> = {
  applied: 'The address book is up to date',
  unchanged: 'The address book was up to date',
  waiting: 'Nothing was changed, because it would change too much',
  'dry-run': 'Nothing was changed; this is what would be',
}

/** How a run went, for whoever waited for it. */
export function runText(run: JsonObject): string {
  const counts = decisionsText(run.Decisions as JsonObject)
  const what = outcomes[String(run.Outcome)] ?? String(run.Outcome)
  const lines = [
    `${what}${counts === '' ? '' : `: ${counts}`} (${numberText(run.InScope)} objects, ${run.Seconds} s).`,
  ]
  // Of one that was approved they say what was, and not what would be.
  if (run.Outcome === 'waiting' || run.Outcome === 'dry-run')
    for (const sentence of run.Blocked as string[]) lines.push(`  ${sentence}`)
  for (const sentence of (run.Alerts as string[] | undefined) ?? []) lines.push(`  ALERT: ${sentence}`)
  if (run.Outcome === 'waiting')
    lines.push('Look at it with "landbridge gal diff", then "landbridge gal approve" or "gal reject".')
  if (run.Outcome === 'dry-run') lines.push('"landbridge gal diff" shows each of them.')
  else if (run.Outcome !== 'waiting' && hasDoubtful(run.Decisions as JsonObject))
    lines.push(
      '"landbridge gal diff" shows who is quarantined, held, not found, without an address or left out, and why.',
    )
  return lines.map((line) => `${visibleText(line)}\n`).join('')
}

/** `landbridge gal status` */
export function statusText(found: JsonObject): string {
  if (found.Connected !== true && found.Runs === undefined)
    return 'No directory is connected. Connect one with "landbridge gal connect".\n'
  const connection = (found.Connection as JsonObject | undefined) ?? {}
  const domains = (connection.Domains as JsonObject[] | undefined)?.map(({ Name }) => String(Name)).join(', ')
  const age = typeof found.AgeSeconds === 'number' ? ageText(found.AgeSeconds) : 'never'
  const counts = Object.entries((found.Counts as JsonObject | undefined) ?? {})
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${numberText(count)} ${classText(name, Number(count))}`)
  const runsFound = (found.Runs as JsonObject[] | undefined) ?? []
  const waiting = runsFound.find(({ Run }) => Run === found.WaitingRun)
  const head = formatDetails([
    ['Directory', found.Connected === true ? (domains ?? connection.LdifFile) : 'disconnected'],
    ['Read as', connection.BindName],
    ['Up to date', found.Overdue === true ? `${age}: two runs were missed` : age],
    ['Entries', counts.join(', ')],
    ['Doubtful', doubtfulText(found)],
    ['Next run', found.Running === true ? 'under way' : formatTime(found.NextTime)],
    ['Waits', found.WaitingRun === undefined ? undefined : waitingText(found.WaitingRun, waiting)],
  ])
  const runs = runsFound.flatMap((run) => {
    const failure = run.Failure as JsonObject | undefined
    const what = failure === undefined ? decisionsText(run.Decisions as JsonObject) : failure.Message
    const full = run.WhyFull === undefined ? '' : ` (all read: ${wholeText(run.WhyFull)})`
    const line = `  ${formatTime(run.StartTime)}  run ${run.Run}${full}: ${run.Outcome}, ${run.Seconds} s${what === '' ? '' : `; ${what}`}`
    return [line, ...((run.Alerts as string[] | undefined) ?? []).map((alert) => `    ALERT: ${alert}`)]
  })
  return `${head}${runs.map((line) => `${visibleText(line)}\n`).join('')}`
}

/** `2 quarantined, 1 without an address that somebody else has ("landbridge gal diff")` */
function doubtfulText({ Quarantined = 0, Partial = 0 }: JsonObject): string | undefined {
  const parts = [
    ...(Quarantined === 0 ? [] : [`${numberText(Quarantined)} quarantined`]),
    ...(Partial === 0 ? [] : [`${numberText(Partial)} without an address that somebody else has`]),
  ]
  return parts.length === 0 ? undefined : `${parts.join(', ')} ("landbridge gal diff" names them)`
}

function waitingText(run: JsonValue, report: JsonObject | undefined): string {
  const why = ((report?.Blocked as string[] | undefined) ?? []).join(' ')
  return `run ${run}. ${why}${why === '' ? '' : ' '}See "landbridge gal diff", then "gal approve" or "gal reject".`
}

const classes: Readonly<Record<string, readonly [one: string, many: string]>> = {
  equipment: ['piece of equipment', 'pieces of equipment'],
  other: ['dynamic group or public folder', 'dynamic groups and public folders'],
}

function classText(name: string, count: number): string {
  const [one, many] = classes[name] ?? [name, `${name}s`]
  return count === 1 ? one : many
}

const whole: Readonly<Record<string, string>> = {
  asked: 'asked for',
  weekly: 'once a week',
  missed: 'changes were missed',
  returned: 'somebody came back',
  photos: 'photos were not all read',
  'first-run': 'first run',
  'server-changed': 'another domain controller',
  'generation-changed': 'the domain controller was restored',
  'rolled-back': 'the domain controller went back in time',
  'keeps-no-changes': 'a file tells no changes',
  'cookie-refused': 'the domain controller forgot where the reading was',
}

const wholeText = (why: JsonValue): string => whole[String(why)] ?? String(why)

function ageText(seconds: number): string {
  if (seconds < 120) return 'now'
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes ago`
  return `${Math.round(seconds / 3_600)} hours ago`
}
