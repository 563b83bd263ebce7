import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { leavingWords, rightWords } from '#src/app/migration-words.ts'
import { counted } from '#src/base/figure-words.ts'
import { shellWord } from '#src/base/shell-word.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { formatZoned } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

type Asked = {
  project: string
  batch: string
  /** What is told of, where it is no batch. */
  name?: string
  done: string
}

/** What was asked, and what happens now: where the batch stands alone would read as if nothing did. */
export function steeredSentence(
  { Batch, Mailboxes, Items, Rights = 0, AskedAnew = [] }: JsonObject,
  { project, batch, name = `batch ${batch}`, done }: Asked,
): string {
  const asked = (AskedAnew as readonly string[]).map((source) => `Source "${source}" is asked anew at once.`)
  if (Batch === undefined)
    return asked.length > 0 && Number(Mailboxes) + Number(Items) + Number(Rights) === 0
      ? `${asked.join(' ')}\n`
      : [...asked.map((each) => `${each}\n`), retriedSentence({ Mailboxes, Items, Rights }, name)].join('')
  const { State, Cause, Paused } = Batch as JsonObject
  const next =
    Paused === true
      ? `Until "landbridge migrate resume ${shellWord(project)} ${batch}" nothing of it begins.`
      : (nextOf.get(String(State)) ?? '')
  const cause = typeof Cause === 'string' ? ` ${Cause}` : ''
  return `Batch ${batch} is ${done}.${asked.map((each) => ` ${each}`).join('')}${next === '' ? '' : ` ${next}`}${cause}\n`
}

/** How to look at what the service does with a batch now; undefined where it does nothing. */
export function watchWords({ Batch }: JsonObject, project: string): string | undefined {
  const { State, Paused } = (Batch ?? {}) as JsonObject
  return Paused !== true && workedOn.has(String(State))
    ? `Watch it: "landbridge migrate status ${shellWord(project)}"\n`
    : undefined
}

function retriedSentence({ Mailboxes, Items, Rights }: Record<string, unknown>, name: string): string {
  const [mailboxes, items, rights] = [Number(Mailboxes), Number(Items), Number(Rights)]
  const told = [
    ...(mailboxes + items === 0
      ? []
      : [`${counted(mailboxes, 'mailbox', 'mailboxes')} and ${counted(items, 'item')} are tried again.`]),
    ...(rights === 0
      ? []
      : [
          `${counted(rights, 'right')} that could not be given before ${rights === 1 ? 'works' : 'work'} now.`,
        ]),
  ]
  return told.length === 0
    ? `Nothing of ${name} has failed or was left behind, so nothing is tried again.\n`
    : `${told.join(' ')}\n`
}

const copying = 'Its mailboxes are being copied; then deltas keep them up to date until the cut-over.'

/** What the service does next with a batch in a state. */
const nextOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    preflight: 'The pre-flight looks at everything first; the copies follow when it finds no fault.',
    'waiting-window': 'The copies begin when its window opens.',
    'initial-sync': copying,
    synced: 'Everything is copied; deltas keep it up to date until the cut-over.',
    finalising: 'The last deltas run now, then all of it flips at once.',
    flipped: 'Its people are at home here; late changes are fetched and everything is verified.',
    draft: 'Begin it with "run".',
    planned: 'Begin it with "run".',
    cancelled: 'Its copies stay until "rollback" takes them away.',
    verifying: 'Its people are at home here; everything is being verified.',
  }),
)

/** States in which the service works. */
export const workedOn: ReadonlySet<string> = new Set([
  'preflight',
  'waiting-window',
  'initial-sync',
  'synced',
  'finalising',
  'flipped',
  'verifying',
])

/** What follows a cut-over that was asked for; `at` in epoch seconds, undefined where it is at once. */
export function cutOverSentence(
  answer: JsonObject,
  { project, batch, at }: { project: string; batch: string; at: number | undefined },
): string {
  const { State, Paused } = answer.Batch as JsonObject
  const done = 'asked to cut over'
  if (Paused === true || State === 'finalising') return steeredSentence(answer, { project, batch, done })
  const when = State === 'synced' ? 'in a moment' : 'as soon as everything is copied'
  const begins = at === undefined ? when : `at ${formatZoned(at)}`
  return `Batch ${batch} is ${done}. The last deltas begin ${begins}, then all of it flips at once.\n`
}

const MOST_NAMED = 10

/** `, which breaks a right …: ben@corp.example on anna@corp.example, Full Access`, of an answer that says what leaving breaks. */
export function costWords(told: JsonObject): string {
  const [length, worth, notKnown] = [told.Rights, told.DelegationDaysADay, told.NotKnown].map(Number)
  const named = (told.Breaks as readonly JsonObject[])
    .slice(0, MOST_NAMED)
    .map((each) => `${each.Grantee} on ${each.Owner}, ${rightWords[each.Right as keyof typeof rightWords]}`)
  const more = length! > named.length ? [`and ${length! - named.length} more`] : []
  const all = [...named, ...more].join('; ')
  const cost = leavingWords({ rights: { length: length! }, worth: worth!, notKnown: notKnown! })
  return `${cost}${all === '' ? '' : `: ${all}`}`
}

/**
 * What is lost when mailboxes that failed leave their batches, a sentence for each batch with a blank behind it; `failing`: the policy
 * that was asked for, else it is that of the batch.
 */
export const leavingQuestion = (batches: readonly JsonObject[], failing: unknown): string =>
  batches
    .map(({ BatchNumber, Failed, Leaving }) => {
      const told = Leaving as JsonObject | undefined
      if (told === undefined || (failing ?? told.FailingMember) !== 'leave') return ''
      const who = Failed === 1 ? '1 mailbox that failed leaves' : `${Failed} mailboxes that failed leave`
      return `${who} batch ${BatchNumber}${costWords(told)}. `
    })
    .join('')

/** What there is to do, after a migration was made, before a batch can run. */
export function nextAfterCreate(
  name: string,
  {
    firstBatch,
    hasSource,
    source = 'old',
  }: { firstBatch: number | undefined; hasSource: boolean; source?: string },
): string {
  const project = shellWord(name)
  if (firstBatch !== undefined)
    return `"landbridge migrate run ${project} ${firstBatch}" (it begins with the pre-flight)`
  const add = `"landbridge migrate add ${project} <address...> --batch 1"`
  if (hasSource) return add
  // A set of PST files has a name that no other source has, in no migration.
  const files = source === 'old' ? ' (for PST files "pst-2026 --kind pst" in place of "old")' : ''
  return `"landbridge migrate source ${project} ${shellWord(source)} --url <address>"${files}, then ${add}`
}

/** The number of a batch as it is written; a `UsageFault` says how. */
export function batchNumber(text: string): number {
  const no = Number(text)
  if (/^\d{1,7}$/.test(text) && no >= 1 && no <= 1_000_000) return no
  throw new UsageFault(`"${text}" is no number of a batch. "landbridge migrate status" lists them.`)
}

/** For whatever the trail names somebody for. */
export const withBy = (command: Command): Command =>
  command.option('--by <name>', 'who does this, for the audit trail (default: your user name)')

/** Who does it, for the audit trail: as --by says, else by the user name. */
export const whoAsks = ({ by }: Record<string, unknown>): string =>
  String(by ?? (process.env.USER || accountName() || 'somebody'))

/** Of the process; undefined where its number has no name. */
function accountName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
