/**
 * The IMAP codec without a server: commands per second and octets per second through the reader, ENVELOPE and
 * BODYSTRUCTURE per second as FETCH writes and a client reads them, sets, patterns and searches.
 *
 *     node bench/imap-wire.ts
 */
import { readdirSync, readFileSync } from 'node:fs'
import { envelopeOf } from '#src/formats/mime/envelope.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { ImapCommandReader } from '#src/wire/imap/command-reader.ts'
import { parseFetch } from '#src/wire/imap/fetch.ts'
import { type FetchItem, formatFetchResponse } from '#src/wire/imap/fetch-response.ts'
import { ListPattern } from '#src/wire/imap/list-pattern.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { ImapResponseReader } from '#src/wire/imap/response-reader.ts'
import { parseSearch } from '#src/wire/imap/search.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { wireBytes } from '#src/wire/imap/strings.ts'
import { parseUntagged } from '#src/wire/imap/untagged.ts'
import { parseArgs } from './arguments.ts'

parseArgs({})

/** Runs for about a second after warming up, and tells how often `each` was done. */
function measure(name: string, count: number, octets: number, each: () => void): void {
  for (const until = performance.now() + 200; performance.now() < until; ) each()
  let rounds = 0
  const started = performance.now()
  while (performance.now() - started < 1_000) {
    each()
    rounds++
  }
  const seconds = (performance.now() - started) / 1_000
  const rate = Math.round((rounds * count) / seconds).toLocaleString('en')
  const speed = octets === 0 ? '' : `${((rounds * octets) / seconds / 1e6).toFixed(0)} MB/s`
  process.stdout.write(`${name.padEnd(44)} ${rate.padStart(14)} /s  ${speed}\n`)
}

const lines = [
  'a1 NOOP\r\n',
  'a2 UID FETCH 1:500,600:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (From To Subject Date)])\r\n',
  'a3 SELECT "Sent Items" (CONDSTORE)\r\n',
  'a4 UID STORE 5 +FLAGS.SILENT (\\Seen)\r\n',
]
const commands = wireBytes(lines.join('').repeat(250))
const reader = new ImapCommandReader({ textOctets: 1_000_000 })
measure('commands, taken apart', 1_000, commands.length, () => {
  reader.push(commands)
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    if (event.kind !== 'command') throw new Error(event.kind)
  }
})
const fetches = wireBytes(lines[1]!.repeat(1_000))
measure('UID FETCH, understood', 1_000, fetches.length, () => {
  reader.push(fetches)
  for (let event = reader.next(); event !== undefined; event = reader.next())
    if (event.kind === 'command') parseFetch(event.command.args)
})
const search = 'a UID SEARCH RETURN (ALL) OR SUBJECT "x y" FROM ann UNSEEN SINCE 1-Feb-2024 NOT DELETED\r\n'
const searches = wireBytes(search.repeat(1_000))
measure('UID SEARCH, understood', 1_000, searches.length, () => {
  reader.push(searches)
  for (let event = reader.next(); event !== undefined; event = reader.next())
    if (event.kind === 'command') parseSearch(event.command.args)
})

const block = Buffer.alloc(65_536, 'x')
const message = 64 * block.length
measure('APPEND of 4 MB in blocks of 64 KB, streamed', 1, message, () => {
  reader.push(wireBytes(`a APPEND INBOX (\\Seen) {${message}+}\r\n`))
  if (reader.next()?.kind !== 'literal') throw new Error('no literal')
  reader.stream()
  for (let sent = 0; sent < 64; sent++) {
    reader.push(block)
    while (reader.next() !== undefined);
  }
  reader.push(wireBytes('\r\n'))
  while (reader.next() !== undefined);
})

const folder = new URL('../fixtures/messages/', import.meta.url)
const messages = readdirSync(folder)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => indexMessage(readFileSync(new URL(file, folder))))
  .map(({ root, headerBytes }) => ({ root, envelope: envelopeOf(headerBytes) }))
const items = (kinds: string): FetchItem[][] =>
  messages.map(({ root, envelope }) => [
    ...(kinds.includes('e') ? [{ item: 'ENVELOPE', envelope } as const] : []),
    ...(kinds.includes('s') ? [{ item: 'BODYSTRUCTURE', root } as const] : []),
    ...(kinds.includes('f')
      ? [{ item: 'FLAGS', flags: ['\\Seen', '$Forwarded'] } as const, { item: 'UID', uid: 4_711 } as const]
      : []),
  ])
for (const [name, kinds] of [
  ['UID FLAGS', 'f'],
  ['ENVELOPE', 'e'],
  ['BODYSTRUCTURE', 's'],
  ['ENVELOPE BODYSTRUCTURE UID FLAGS', 'esf'],
] as const) {
  const each = items(kinds)
  const wire = wireBytes(each.map((some, index) => formatFetchResponse(index + 1, some)).join(''))
  measure(`${name}, written`, each.length, wire.length, () => {
    let text = ''
    for (let index = 0; index < each.length; index++) text += formatFetchResponse(index + 1, each[index]!)
    wireBytes(text)
  })
  const responses = new ImapResponseReader()
  measure(`${name}, read`, each.length, wire.length, () => {
    responses.push(wire)
    for (let event = responses.next(); event !== undefined; event = responses.next())
      if (event.kind === 'data') parseUntagged(event.data)
  })
}

const uids = Array.from({ length: 100_000 }, (_, index) => index * 3 + 1)
const scattered = NumberSet.of(uids.filter((_, index) => index % 2 === 0)).toString()
measure('set of 50,000 numbers, read', 1, scattered.length, () => void SequenceSet.parse(scattered))
const set = SequenceSet.parse(scattered).numbers
measure('50,000 numbers picked from 100,000 UIDs', 1, 0, () => void set.pick(uids))
measure('50,000 numbers, written', 1, scattered.length, () => void set.toString())
const pattern = new ListPattern('*Proj%/2024*', '/')
measure(
  'names matched by *Proj%/2024*',
  1,
  0,
  () => void pattern.matches('INBOX/Customers/Projects/2024/Offers'),
)
