import type { ImapSession } from '#src/clients/imap/session.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { identityOf } from './imap-mail.ts'

/** Of each folder: who its messages are, with the flags that programs carry over. */
export type MailboxState = Map<string, FolderState>
export type FolderState = {
  uidValidity: number
  messages: { uid: number; identity: string; flags: string }[]
}

const whole: FetchAttribute = { item: 'BODY[]', section: { path: '', text: 'all', names: [] }, peek: true }

/** Everything that a mailbox holds, read anew by a session. */
export async function mailboxState(session: ImapSession): Promise<MailboxState> {
  const state: MailboxState = new Map()
  for (const { name, attributes } of await session.folders()) {
    if (attributes.some((each) => /^\\no(select|nexistent)$/i.test(each))) continue
    const { uidValidity } = await session.select(name, { readOnly: true })
    const messages: FolderState['messages'] = []
    for await (const message of session.fetch(SequenceSet.all, [{ item: 'FLAGS' }, whole])) {
      const pieces: Uint8Array[] = []
      for await (const piece of message.body()) pieces.push(piece)
      const flags = (message.data.flags ?? []).filter((flag) => flag !== '\\Recent')
      messages.push({
        uid: message.uid,
        identity: identityOf(Buffer.concat(pieces)),
        flags: [...flags].sort().join(' '),
      })
    }
    state.set(name, { uidValidity, messages })
  }
  return state
}

/** `identity flags` of each message, sorted: what two copies of a folder have in common, whatever their UIDs. */
export function contents({ messages }: FolderState): string[] {
  return messages.map(({ identity, flags }) => `${identity} ${flags}`).sort()
}
