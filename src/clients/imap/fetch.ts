import { type AskedAttribute, type Fetch, formatFetch } from '#src/wire/imap/fetch.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import type { ImapConnection } from './connection.ts'
import { FetchSink } from './fetch-sink.ts'
import { FetchedMessage, uidOf } from './fetched-message.ts'

export type FetchOptions = Pick<Fetch, 'changedSince' | 'partial'> & {
  /** With `changedSince` and QRESYNC: is told of UIDs that are gone since. */
  vanished?: (uids: NumberSet) => void
}

/** Servers limit the length of lines; this leaves room for the rest. */
const longestSet = 4_000

/** UIDs as sets that fit in a command. */
export function setsOf(uids: NumberSet | SequenceSet): SequenceSet[] {
  if (uids instanceof SequenceSet) return [uids]
  return [...uids.split(longestSet)].map((text) => SequenceSet.parse(text))
}

/** See `ImapSession.fetch`. */
export async function* fetchMessages(
  connection: ImapConnection,
  uids: NumberSet | SequenceSet,
  attributes: readonly AskedAttribute[],
  options: FetchOptions,
): AsyncGenerator<FetchedMessage> {
  // Said first, so that servers which answer in the order of the question tell it before a body.
  const wanted: AskedAttribute[] = [{ item: 'UID' }, ...attributes.filter(({ item }) => item !== 'UID')]
  for (const set of setsOf(uids)) yield* fetchSet(connection, set, wanted, options)
}

async function* fetchSet(
  connection: ImapConnection,
  set: SequenceSet,
  attributes: readonly AskedAttribute[],
  options: FetchOptions,
): AsyncGenerator<FetchedMessage> {
  const { vanished, ...modifiers } = options
  const isKnown = set.star === undefined && !set.isSaved && options.changedSince === undefined
  const sink = new FetchSink({
    uids: isKnown ? set.numbers : undefined,
    more: attributes.some(({ item }) => !alwaysTold.has(item)),
    body: attributes.some(({ item }) => isBody.test(item)),
  })
  const only = set.star === undefined && set.numbers.size === 1 ? set.numbers.min! : 0
  const unnamed: number[] = []
  connection
    .run({
      name: 'UID FETCH',
      args: formatFetch({ set, attributes, ...modifiers, ...(vanished && { vanished: true }) }),
      lane: 'fetch',
      fetched: sink,
      take: (data) => {
        const gone = data.name === 'VANISHED' && data.earlier && vanished !== undefined
        if (gone) vanished(data.uids)
        return gone
      },
    })
    // It comes out of the channel, behind what was fetched before it.
    .catch(() => undefined)
  try {
    for (let event = await sink.channel.take(); event !== undefined; event = await sink.channel.take()) {
      if (event.kind !== 'message') continue
      const message = new FetchedMessage(uidOf(event.items) ?? only, event, sink.channel)
      if (message.uid > 0) yield message
      const named = message.uid > 0
      await message.finish()
      if (!named && message.uid > 0) unnamed.push(message.uid)
    }
  } finally {
    sink.channel.abandon()
  }
  // A server that sends bodies before UIDs is asked for one message at a time.
  for (const uid of unnamed)
    yield* fetchSet(connection, SequenceSet.of(NumberSet.of([uid])), attributes, options)
}

const isBody = /^(?:BODY|BINARY)\[/

const alwaysTold: ReadonlySet<string> = new Set(['UID', 'FLAGS', 'MODSEQ'])
