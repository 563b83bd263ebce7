import { formatDateTime } from '#src/wire/imap/dates.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { type ImapAnswer, type ImapScript, type ScriptedImap, scriptedImap } from './scripted-imap.ts'

export type StubMessage = { uid: number; text: string; flags?: string[]; labels?: string[]; gmailId?: string }

export type StubFolder = {
  name: string
  attributes?: string
  validity?: number
  /** Absent: it keeps none. */
  modseq?: number
  messages: StubMessage[]
}

export type StubMailbox = ScriptedImap & {
  folders: StubFolder[]
  /** Answers before the usual ones; undefined for those. */
  special: ImapScript['command']
}

/** An old IMAP server (RFC 3501, no extension) with these folders, on a free port; `capabilities` are said, not kept. */
export async function stubImapMailbox(
  folders: StubFolder[],
  { capabilities = '', namespace = '' }: { capabilities?: string; namespace?: string } = {},
): Promise<StubMailbox> {
  let open: StubFolder | undefined
  const stub = { folders, special: undefined } as unknown as StubMailbox
  const server = await scriptedImap({
    capabilities: ['AUTH=PLAIN SASL-IR LITERAL+', namespace && 'NAMESPACE', capabilities]
      .filter(Boolean)
      .join(' '),
    command: async (name, received) => {
      const special = await stub.special?.(name, received)
      if (special !== undefined) return special
      const found = (mailbox: string) => stub.folders.find((each) => each.name === mailbox)
      const quoted = /"((?:[^"\\]|\\.)*)"|(\S+)/
      const argument = (text: string) =>
        received.literals[0]?.toString('latin1') ??
        (quoted.exec(text)?.slice(1).find(Boolean) ?? '').replace(/\\(.)/g, '$1')
      switch (name) {
        case 'NAMESPACE':
          return `* NAMESPACE ${namespace}\r\n% OK done`
        case 'LIST':
          return [
            ...stub.folders.map(
              ({ name, attributes = '' }) => `* LIST (${attributes}) "/" "${name.replace(/["\\]/g, '\\$&')}"`,
            ),
            '% OK done',
          ].join('\r\n')
        case 'STATUS': {
          const folder = found(argument(received.text.slice(7)))
          if (folder === undefined) return '% NO none'
          return `* STATUS ${inQuotes(folder.name)} (MESSAGES ${folder.messages.length})\r\n% OK done`
        }
        case 'EXAMINE':
          open = found(argument(received.text.slice(8)))
          if (open === undefined) return '% NO [NONEXISTENT] none'
          return [
            `* ${open.messages.length} EXISTS`,
            `* OK [UIDVALIDITY ${open.validity ?? 1}] x`,
            ...(open.modseq === undefined ? [] : [`* OK [HIGHESTMODSEQ ${open.modseq}] x`]),
            '* FLAGS (\\Seen)',
            '% OK [READ-ONLY] done',
          ].join('\r\n')
        case 'UID FETCH':
          return fetched(open!, received.text, capabilities.includes('X-GM-EXT-1'))
        case 'UID SEARCH':
          return `* SEARCH${searched(open!, received.text)}\r\n% OK done`
        default:
          return undefined
      }
    },
  })
  return Object.assign(stub, server)
}

const inQuotes = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Messages by UID alone; anything else finds them all. */
function searched({ messages }: StubFolder, text: string): string {
  const set = /^UID SEARCH (?:UID )?([\d:,*]+)$/.exec(text)?.[1]
  const wanted = set === undefined ? undefined : SequenceSet.parse(set).resolve(messages.at(-1)?.uid ?? 0)
  return messages.map(({ uid }) => (wanted?.has(uid) === false ? '' : ` ${uid}`)).join('')
}

function fetched({ messages }: StubFolder, text: string, gmail: boolean): ImapAnswer {
  const set = /^UID FETCH (\S+)/.exec(text)![1]!
  const uids = set.includes('*')
    ? SequenceSet.parse(set).resolve(messages.at(-1)?.uid ?? 0)
    : NumberSet.of(SequenceSet.parse(set).numbers)
  const lines: string[] = []
  for (const [index, message] of messages.entries())
    if (uids.has(message.uid)) lines.push(response(index + 1, message, text, gmail))
  return `${lines.join('')}% OK done`
}

function response(sequence: number, message: StubMessage, asked: string, gmail: boolean): string {
  const { uid, text, flags = [], labels = [], gmailId = '0' } = message
  const data = [`UID ${uid}`]
  if (gmail && asked.includes('X-GM-MSGID'))
    data.push(`X-GM-MSGID ${gmailId}`, `X-GM-LABELS (${labels.join(' ')})`)
  if (asked.includes('FLAGS')) data.push(`FLAGS (${flags.join(' ')})`)
  if (asked.includes('INTERNALDATE'))
    data.push(`INTERNALDATE ${formatDateTime(Date.UTC(2021, 0, 1, 0, 0, uid % 60))}`)
  if (asked.includes('RFC822.SIZE')) data.push(`RFC822.SIZE ${text.length}`)
  const range = /BODY\.PEEK\[\]<(\d+)\.(\d+)>/.exec(asked)
  if (asked.includes('HEADER.FIELDS')) {
    const header = text.slice(0, text.indexOf('\r\n\r\n') + 4)
    data.push(`BODY[HEADER.FIELDS (DATE)] {${header.length}}\r\n${header}`)
  } else if (range !== null) {
    const part = text.slice(Number(range[1]), Number(range[1]) + Number(range[2]))
    data.push(`BODY[]<${range[1]}> {${part.length}}\r\n${part}`)
  } else if (asked.includes('BODY.PEEK[]')) data.push(`BODY[] {${text.length}}\r\n${text}`)
  return `* ${sequence} FETCH (${data.join(' ')})\r\n`
}
