import { type ArrivedMessage, storeMessages } from '#src/domain/mailbox/store-messages.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import { takeMessage } from '../arriving-message.ts'
import { command } from '../command.ts'
import { getTarget } from '../target-folder.ts'

/** APPEND, RFC 9051 §6.3.12, of one message or several (RFC 3502), put together or not (RFC 4469): all of them or none. */
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
