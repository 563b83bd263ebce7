import { counted, momentWords } from '#src/base/figure-words.ts'
import type { Batch, SourceLogin, WaveRecord } from '../project/project.ts'
import { ownWords } from '../project/setting-words.ts'
import { isPart, partWords } from '../project/source-config.ts'
import { batchWords } from '../project/state.ts'

/** What the trail of a migration says, for people who were not there: times are in UTC. */

/** `, from "planned" to "being checked"`; empty where it stands as before. */
const stepWords = (before: Batch['state'], after: Batch['state']): string =>
  before === after ? '' : `, from "${batchWords[before]}" to "${batchWords[after]}"`

/** What the engine did with a batch. */
export const advancedWords = (no: number, before: Batch['state'], { state, cause }: Batch): string =>
  `Batch ${no} went on${stepWords(before, state)}${cause === '' ? '.' : `: ${cause}`}`

const done = {
  started: 'was begun',
  paused: 'was paused',
  resumed: 'was let go on',
  cancelled: 'was cancelled',
  retried: 'was tried again',
  approved: 'was approved',
  'cut-over': 'was asked to cut over',
} as const
export type Steered = keyof typeof done

/** What somebody did with a batch; `more`: what of it the batch does not tell. */
export const steeredWords = (kind: Steered, before: Batch, after: Batch, more = ''): string =>
  `Batch ${after.no} ${done[kind]}${furtherWords(kind, before, after)}${more}${stepWords(before.state, after.state)}.`

function furtherWords(kind: Steered, before: Batch, after: Batch): string {
  if (kind === 'cut-over') return cutOverWords(before, after)
  if (kind !== 'approved' || after.approval === null) return ''
  const { grade, note } = after.approval
  return `, with the grade "${grade}"${note === '' ? '' : ` ("${note}")`}`
}

/** How much is tried again. */
export const retriedWords = (
  of: { mailboxes: number; items: number; rights: number },
  address?: string,
): string => `${address === undefined ? '' : `, of it ${address} alone`}${triedWords(of)}`

const triedWords = (of: { mailboxes: number; items: number; rights: number }): string =>
  of.mailboxes + of.items + of.rights === 0
    ? ', and nothing of it had failed or was left behind'
    : `: ${counted(of.mailboxes, 'mailbox', 'mailboxes')}, ${counted(of.items, 'item')}; ${counted(of.rights, 'right')} given that had been refused`

function cutOverWords(before: Batch, { completeAfter, failingMember }: Batch): string {
  const was = before.completeAfter === null ? '' : ` (it was to move ${momentWords(before.completeAfter)})`
  const failing =
    failingMember === before.failingMember
      ? ''
      : `; a mailbox that fails ${failingMember === 'leave' ? 'leaves' : 'holds'} it`
  return ` from ${momentWords(completeAfter)} on${was}${failing}`
}

/** What was changed of a batch before it moves, each with what it was; undefined: nothing. */
export function replannedWords(
  before: Batch,
  after: Batch,
  waves: readonly WaveRecord[] = [],
): string | undefined {
  const waveOf = ({ wave }: Batch) => waves.find(({ no }) => no === wave)?.name ?? 'none'
  const when = (at: number | null) => (at === null ? 'no time' : momentWords(at))
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['name', before.name, after.name],
    ['begins after', when(before.startAfter), when(after.startAfter)],
    ['moves after', when(before.completeAfter), when(after.completeAfter)],
    ['priority', before.priority, after.priority],
    ['pilot', before.pilot ? 'yes' : 'no', after.pilot ? 'yes' : 'no'],
    ['a mailbox that fails', before.failingMember ?? 'as set', after.failingMember ?? 'as set'],
    ['wave', waveOf(before), waveOf(after)],
    ['its own settings', ownWords(before.own ?? {}) || 'none', ownWords(after.own ?? {}) || 'none'],
    ['who answers for it', before.responsible ?? 'as above it', after.responsible ?? 'as above it'],
  ]
  const changed = rows.flatMap(([name, from, to]) =>
    from === to ? [] : [`${name}, from "${from}" to "${to}"`],
  )
  return changed.length === 0 ? undefined : `Batch ${after.no} was changed: ${changed.join('; ')}.`
}

const MOST_NAMED = 5

/** Who was added to which batch. */
export function addedWords(added: readonly { address: string; batch: number }[]): string {
  const named = added.slice(0, MOST_NAMED).map(({ address }) => address)
  const more = added.length - named.length
  const batches = [...new Set(added.map(({ batch }) => batch))].sort((a, b) => a - b)
  const to = `to batch ${batches.length > MOST_NAMED ? `${batches[0]} to ${batches.at(-1)}` : batches.join(', ')}`
  const who = `${named.join(', ')}${more > 0 ? ` and ${counted(more, 'more mailbox', 'more mailboxes')}` : ''}`
  return `${who} ${added.length === 1 ? 'was' : 'were'} added ${to}.`
}

/** What a source had before and has no more. */
export function droppedOf(before: SourceLogin, after: SourceLogin): string[] {
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['the account', before.config.user, after.config.user],
    ['the password', before.secret, after.secret],
    ['who may issue its certificate', before.config.tls?.authorities, after.config.tls?.authorities],
    ['the lowest TLS', before.config.tls?.minVersion, after.config.tls?.minVersion],
    ...Object.entries(before.config.options).map(
      ([name, value]) => [`option ${name}`, value, after.config.options[name]] as const,
    ),
  ]
  return rows.flatMap(([name, from, to]) => ((from ?? null) !== null && (to ?? null) === null ? [name] : []))
}

/** Whether nothing of it is otherwise than it was. */
export const isGivenAsItWas = (login: SourceLogin, before: SourceLogin | undefined): boolean =>
  before !== undefined && changesOf(login, before).length === 0

/** What is told of a source that was named or changed: never its secret, but that there is another one. */
export function sourceWords({ config, secret }: SourceLogin, before: SourceLogin | undefined): string {
  const parts = partWords(config)
  if (before === undefined)
    return `Source "${config.id}" was named: ${config.kind} at ${config.url}${parts && `, with ${parts}`}.`
  const changed = changesOf({ config, secret }, before)
  if (changed.length === 0) return `Source "${config.id}" was given again as it was.`
  return `Source "${config.id}" was changed: ${changed.join('; ')}.`
}

function changesOf({ config, secret }: SourceLogin, before: SourceLogin): string[] {
  const parts = partWords(config)
  const old = before.config
  const rows: readonly (readonly [string, string, string])[] = [
    ['kind', old.kind, config.kind],
    ['address', old.url, config.url],
    ['account', old.user ?? 'none', config.user ?? 'none'],
    ['lowest TLS', old.tls?.minVersion ?? 'usual', config.tls?.minVersion ?? 'usual'],
    ['what comes besides', partWords(old) || 'nothing', parts || 'nothing'],
    ...[...new Set([...Object.keys(old.options), ...Object.keys(config.options)])]
      .filter((name) => !isPart(name))
      .map(
        (name) => [`option ${name}`, old.options[name] ?? 'none', config.options[name] ?? 'none'] as const,
      ),
  ]
  const changed = rows.flatMap(([name, from, to]) =>
    from === to ? [] : [`${name}, from "${from}" to "${to}"`],
  )
  if (old.tls?.authorities !== config.tls?.authorities) changed.push('who may issue its certificate')
  if (before.secret !== secret) changed.push('its password')
  return changed
}
