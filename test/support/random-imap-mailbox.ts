import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { Random } from '#test/fuzz/random.ts'

/** A mailbox of an IMAP server that is filled, and changed, at random: the same for the same numbers. */
export type RandomImapMailbox = {
  /** Levels of each folder. */
  folders: string[][]
  path(levels: readonly string[]): string
  fill(messages: number): Promise<void>
  change(times: number): Promise<void>
}

const words = [
  'Über',
  'Räume & mehr',
  '日本語',
  'a~b',
  'Привет',
  '&',
  'two  blanks',
  "it's",
  'x%y',
  'Ünïcödé-Ñ',
]
const uses = ['Sent', 'Trash', 'Drafts', 'Junk', 'Archive']
const flags = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Deleted']
const keywords = [
  '$Forwarded',
  '$MDNSent',
  'Work',
  '$Label1',
  'NonJunk',
  'a.b',
  '+1',
  '~tilde',
  'x-Y_z',
  '$Important',
]

const text = (octets: string) => Buffer.from(octets, 'utf8')

/** Octets that some server may refuse; it is asked. */
function octetsOf(no: number, random: Random): Buffer {
  const id = `Message-ID: <${no}.${random(1_000_000)}@random.example>\r\n`
  const head = `${random(4) === 0 ? '' : id}From: a@b.example\r\nSubject: No ${no}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n`
  const shapes: (() => Buffer)[] = [
    () => text(`${head}\r\nplain ${no}\r\n`),
    () => text(`${head}Subject: noch größer ${no}\r\nX-Raw: 8-bit é ü\r\n\r\nBody ${no}\r\n`),
    () =>
      Buffer.concat([
        text(`${head}X-Latin: `),
        Buffer.from([0xe4, 0xf6, 0xfc, 0xff]),
        text(`\r\n\r\n${no}\r\n`),
      ]),
    () => text(`${head}\r\na NUL \0 in ${no}\r\n`),
    () => text(`${head}${'X-Long: '.concat('y'.repeat(900), '\r\n').repeat(120)}\r\nhuge header ${no}\r\n`),
    () => text(head),
    () => text(`${head}\r\n`),
    () => text(`${head}\r\nno end of the last line ${no}`),
    () => text(`${head.replaceAll('\r\n', '\n')}\nbare LF ${no}\nand\nmore\n`),
    () => text(`${head}\r\nlone \r and \n and \r\r\n of ${no}\r\n.\r\n..\r\n`),
    () => text(`${head}\r\n${'z'.repeat(70_000 + random(90_000))} ${no}\r\n`),
    () => text(`\r\nno header at all ${no}\r\n`),
    () => text(`this is no header ${no}\r\n\r\nand this no body\r\n`),
    () => nested(head, no, 1 + random(6)),
    () =>
      text(
        `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=UTF-8''%C3%BC.bin\r\n\r\nAAAA${no}\r\n--c\r\nnever closed\r\n`,
      ),
    () => text(`${head}Subject: ${'=?utf-8?B?w7w=?= '.repeat(200)}\r\n\r\n${no}\r\n`),
  ]
  return shapes[random(shapes.length)]!()
}

function nested(head: string, no: number, depth: number): Buffer {
  let inner = `Subject: innermost ${no}\r\n\r\nText\r\n`
  for (let level = 0; level < depth; level++)
    inner = `Subject: level ${level}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n${inner}`
  return text(`${head}MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n${inner}`)
}

const isRefused = (error: unknown) => {
  if (!(error instanceof ImapFailure) || error.kind !== 'refused') throw error
}

export function randomImapMailbox(
  session: ImapSession,
  random: Random,
  { path, emoji }: { path(...levels: string[]): string; emoji: boolean },
): RandomImapMailbox {
  const folders: string[][] = [['INBOX']]
  const pathOf = (levels: readonly string[]) => (levels[0] === 'INBOX' ? 'INBOX' : path(...levels))
  const some = <T>(of: readonly T[]): T => of[random(of.length)]!
  const marks = () => [...flags, ...keywords].filter(() => random(5) === 0)
  let no = 0
  const make = async (levels: string[]) => {
    await session.create(pathOf(levels)).then(() => folders.push(levels), isRefused)
  }
  const append = async () => {
    no++
    const octets = octetsOf(no, random)
    const epochMs = Math.floor((random(66 * 366) * 86_400 + random(86_400) + 86_400) * 1_000)
    const content = async function* () {
      yield octets
    }
    await session
      .append(pathOf(some(folders)), {
        flags: marks(),
        date: { epochMs, zoneMinutes: random(25) * 60 - 720 },
        sizeBytes: octets.length,
        content,
      })
      .catch(isRefused)
  }
  const uidsIn = async (levels: readonly string[]) => {
    await session.select(pathOf(levels))
    return [...((await session.search({ key: 'all' })).all ?? [])]
  }
  return {
    folders,
    path: pathOf,
    async fill(messages) {
      for (const use of uses) if (random(2) === 0) await make([use])
      for (let count = 0; count < 8; count++) {
        const above = random(2) === 0 ? [] : some(folders.filter(([top]) => top !== 'INBOX').concat([[]]))
        await make([...above, `${some(words)} ${count}${emoji && random(3) === 0 ? ' 😀' : ''}`])
      }
      for (let count = 0; count < messages; count++) await append()
    },
    async change(times) {
      for (let time = 0; time < times; time++) {
        const levels = some(folders)
        const uids = await uidsIn(levels)
        const chosen = NumberSet.of(uids.filter(() => random(4) === 0))
        const what = random(5)
        if (what === 0 || chosen.isEmpty) await append()
        else if (what === 1)
          await session.store(chosen, some(['set', 'add', 'remove']), marks()).catch(isRefused)
        else if (what === 2) {
          await session.store(chosen, 'add', ['\\Deleted'])
          await session.expunge(chosen)
        } else {
          const to = some(folders)
          if (pathOf(to) === pathOf(levels)) continue
          if (what === 3) await session.copy(chosen, pathOf(to))
          else await session.move(chosen, pathOf(to))
        }
      }
    },
  }
}
