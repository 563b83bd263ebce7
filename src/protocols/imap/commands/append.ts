import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import { type ArrivedMessage, storeMessages } from '#src/domain/mailbox/store-messages.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { AppendHead } from '#src/wire/imap/append.ts'
import type { Literal } from '#src/wire/imap/arguments.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import { type Call, command } from '../command.ts'
import { readFlagWords } from '../flag-words.ts'
import type { NamedFolder } from '../reachable-mailboxes.ts'
import type { ImapSession } from '../session.ts'
import { getTarget } from '../target-folder.ts'

/** APPEND, RFC 9051 §6.3.12, of one message or several (RFC 3502): all of them or none. */
export const append = command({
  name: 'APPEND',
  state: 'authenticated',
  parse: (args) => args.mailbox(),

  run: async (session, name, { input }) => {
    const target = await getTarget(session, name)
    const messages: ArrivedMessage[] = []
    for (let step = await input.step(); step.kind !== 'end'; step = await input.step()) {
      if (step.kind !== 'message') continue
      if (messages.length >= session.limits.appendMessages) throw tooMany(session.limits.appendMessages)
      messages.push(await takeMessage(session, target, step.message, input))
    }
    const { at } = target.mailbox
    const states = await storeMessages(session.store, at, target.folder.no, messages)
    if (session.selected?.no === target.folder.no) session.selected.touch()
    const uids = UidList.of(states.map(({ uid }) => uid))
    return {
      code: { code: 'APPENDUID', uidValidity: target.folder.uidValidity, uids },
      text: 'APPEND completed',
    }
  },
})

const tooMany = (most: number) =>
  new Refusal('limit-exceeded', `At most ${most} messages are stored by one command. Use several.`)

async function takeMessage(
  session: ImapSession,
  { mailbox }: NamedFolder,
  { flags: words, date, catenate }: AppendHead,
  input: Call['input'],
): Promise<ArrivedMessage> {
  if (catenate)
    throw new Refusal('not-supported', 'Messages are not put together here. Send the whole message.')
  const step = await input.step()
  if (step.kind !== 'literal') throw new Error(`A ${step.kind} where the message should be`)
  const literal: Literal = step.literal
  if (literal.octets > session.limits.messageBytes) {
    throw new Refusal(
      'too-large',
      `The message has ${literal.octets} octets, and at most ${session.limits.messageBytes} are accepted.`,
    )
  }
  const { flags, keywords } = readFlagWords(words)
  const indexed = await indexedMessage(session.store, mailbox.at, literal.octets, input.octets(literal))
  return { indexed, flags, keywords, receivedAt: date?.epochMs ?? session.options.now() }
}
