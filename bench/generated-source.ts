import { createHash } from 'node:crypto'
import type { ChangePage, MailboxSource, SourceFolder, SourceMailbox } from '#src/domain/migration/source.ts'

type Shape = {
  /** Folders beside the inbox. */
  folders: number
  /** Small messages in the inbox, or in the deepest folder. */
  items: number
  /** Folders that lie in one another beside the inbox; absent: none. */
  depth?: number
  /** Told of each call. */
  asked?: (what: 'folders' | 'changes' | 'items', from: number) => void
}

/** A source in this process with one mailbox of any size, of which nothing is held: what the engine and the store take is all that it costs. */
export function generatedSource({ folders, items, depth = 0, asked }: Shape): MailboxSource {
  const folder = (
    key: string,
    name: string,
    role: string | null,
    items: number,
    parent: string | null = null,
  ): SourceFolder => ({
    ...{ key, name, role, items, parent, class: 'message', folderClass: null, sizeBytes: null },
  })
  const holds = depth > 0 ? `deep-${depth}` : 'inbox'
  const countIn = (key: string) => (key === holds ? items : 0)
  const mailbox: SourceMailbox = {
    async *folders() {
      asked?.('folders', 0)
      yield folder('inbox', 'Inbox', 'inbox', countIn('inbox'))
      for (let no = 0; no < folders; no++) yield folder(`folder-${no}`, `Folder ${no}`, null, 0)
      for (let no = 1; no <= depth; no++)
        yield folder(
          `deep-${no}`,
          `Level ${no}`,
          null,
          countIn(`deep-${no}`),
          no === 1 ? null : `deep-${no - 1}`,
        )
    },
    async changes({ key }, cursor, limit): Promise<ChangePage> {
      const from = cursor === null ? 0 : Number(cursor)
      const until = key === holds ? Math.min(items, from + limit) : 0
      asked?.('changes', from)
      const changes = Array.from({ length: Math.max(0, until - from) }, (_, at) => ({
        ...{
          kind: 'item' as const,
          key: `item-${from + at}`,
          version: '1',
          match: matchOf(from + at),
          marks: null,
        },
        sizeBytes: messageOf(from + at).length,
      }))
      return { changes, cursor: String(until), more: key === holds && until < items, restarted: false }
    },
    async *items(_, keys) {
      asked?.('items', Number(keys[0]?.slice(5)))
      for (const key of keys) {
        const no = Number(key.slice(5))
        const whole = messageOf(no)
        const open = async function* () {
          yield whole
        }
        yield {
          kind: 'item',
          item: {
            ...{ key, version: '1', match: matchOf(no), class: 'message', title: `Figures ${no}`, flags: 0 },
            ...{ receivedAt: 1_700_000_000_000 + no, keywords: [], properties: {}, content: null },
            ...{ message: { sizeBytes: whole.length, whole, open }, attachments: [], losses: [] },
          },
        }
      }
    },
    settings: async () => ({
      ...{ outOfOffice: null, rules: [], grants: [], folderGrants: [], junk: null, losses: [] },
    }),
    close: async () => undefined,
  }
  return {
    name: 'a generated source',
    server: 'generated',
    connections: 10,
    check: async () => [],
    open: async () => mailbox,
    close: async () => undefined,
  }
}

/** As Exchange has them: in no order. */
const matchOf = (no: number): string => createHash('md5').update(String(no)).digest('base64')

const text = 'The figures of this week are better than those of the last one.\r\n'.repeat(8)
const messageOf = (no: number): Buffer =>
  Buffer.from(
    `From: bob@sender.example\r\nTo: anna@corp.test\r\nSubject: Figures ${no}\r\nMessage-ID: <${no}@sender.example>\r\n\r\n${text}`,
  )
