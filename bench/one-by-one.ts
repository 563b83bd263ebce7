/** Copying one message after the other by IMAP, as imapsync does: what a migration is measured against (migration.md 1.1). */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FetchedData } from '#src/clients/imap/fetched-message.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { HOST } from './moving-service.ts'
import { PASSWORD } from './served-process.ts'

/** An IMAP server with STARTTLS at `HOST`; `ca` is the certificate it is known by, in PEM. */
type ImapPlace = { port: number; ca: string }

/** An empty folder for them: in the INBOX is what the engine copied, which nobody would copy again. */
const COPIED_TO = 'One by one'

/** Which mailbox, of which both places have one of that name, and how many of its messages. */
type Copied = { name: string; most: number }

/**
 * What is there as imapsync lists it: every number, then flags, date, size and the headers it knows messages by. Only of the first
 * `most`: whoever copies fewer than there are would list the others in vain.
 */
async function listed(session: ImapSession, most: number): Promise<Map<number, FetchedData>> {
  const found = new Map<number, FetchedData>()
  const { all } = await session.search({ key: 'all' })
  if (all === undefined || all.isEmpty) return found
  const some = NumberSet.of([...all].slice(0, most))
  for await (const message of session.fetch(some, [
    ...[{ item: 'FLAGS' } as const, { item: 'INTERNALDATE' } as const, { item: 'RFC822.SIZE' } as const],
    {
      ...{ item: 'BODY[]', peek: true },
      section: { path: '', text: 'fields', names: ['MESSAGE-ID', 'RECEIVED'] },
    },
  ])) {
    await message.finish()
    found.set(message.uid, message.data)
  }
  return found
}

/**
 * As imapsync copies a folder by default: lists both sides, then fetches a message, appends it with its flags and date, and fetches
 * the next one (one-by-one.pl has what it does, and where that is written). With this program's own client in place of Perl, which is
 * the hardest opponent there is. Messages in a second, signing in not counted.
 */
export async function oneByOne(from: ImapPlace, to: ImapPlace, { name, most }: Copied): Promise<number> {
  const open = ({ port, ca }: ImapPlace) =>
    openImapSession({
      host: HOST,
      port,
      tls: { mode: 'starttls', ca },
      credentials: { name, password: PASSWORD },
    })
  const source = await open(from)
  const target = await open(to)
  await source.select('INBOX')
  await target.create(COPIED_TO)
  let copied = 0
  const begun = performance.now()
  await target.select(COPIED_TO)
  const known = await listed(source, most)
  await listed(target, most)
  for (const [uid, { flags = [], internalDate: date }] of known)
    for await (const message of source.fetch(NumberSet.of([uid]), [
      { item: 'BODY[]', section: { path: '', text: 'all', names: [] }, peek: true },
    ])) {
      const pieces: Uint8Array[] = []
      for await (const piece of message.body()) pieces.push(piece)
      const octets = Buffer.concat(pieces)
      const content = async function* () {
        yield octets
      }
      const kept = flags.filter((flag) => flag !== '\\Recent')
      await target.append(COPIED_TO, {
        ...{ flags: kept, sizeBytes: octets.length, content },
        ...(date && { date }),
      })
      copied++
    }
  const seconds = (performance.now() - begun) / 1_000
  await source.logout()
  await target.logout()
  return rate(copied, seconds, most)
}

/** The same with the Perl library that imapsync is made of; undefined where it is not installed. `work` is a folder for files. */
export async function oneByOneInPerl(
  from: ImapPlace,
  to: ImapPlace,
  { name, most }: Copied,
  work: string,
): Promise<number | undefined> {
  const places = await Promise.all(
    [from, to].map(async ({ port, ca }, at) => {
      const file = join(work, `authority-${at}.pem`)
      await writeFile(file, ca)
      return [String(port), file]
    }),
  )
  const program = fileURLToPath(new URL('one-by-one.pl', import.meta.url))
  const said = await new Promise<string | undefined>((resolve, reject) => {
    const child = execFile(
      'perl',
      [program, HOST, name, String(most), COPIED_TO, ...places.flat()],
      { maxBuffer: 2 ** 27 },
      (failure, out, errors) => {
        if (failure === null) resolve(out)
        else if (
          /Can't locate (Mail\/IMAPClient|IO\/Socket\/SSL)|install IO::Socket::SSL|ENOENT/.test(
            `${failure.message}${errors}`,
          )
        )
          resolve(undefined)
        else reject(new Error(errors.trimEnd().split('\n').at(-1) || failure.message))
      },
    )
    child.stdin!.end(`${PASSWORD}\n`)
  })
  if (said === undefined) return undefined
  const [copied, seconds] = said.split(' ').map(Number) as [number, number]
  return rate(copied, seconds, most)
}

function rate(copied: number, seconds: number, most: number): number {
  if (copied !== most) throw new Error(`${copied} of ${most} messages were there`)
  return copied / seconds
}
