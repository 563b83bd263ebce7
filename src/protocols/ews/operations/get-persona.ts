import type { EntryId } from '#src/base/ids.ts'
import { isShown } from '#src/domain/address-book/card.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { personaOf } from './find-people.ts'

/** GetPersona: one of those that FindPeople found. */
export const getPersona = operation({
  name: 'GetPersona',
  async run({ services, caller }, { PersonaId, EmailAddress }) {
    const { directory } = services.store
    const { organization } = caller.acting
    const id = /^persona (.+)$/.exec(Buffer.from(PersonaId?.Id ?? '', 'base64').toString())?.[1]
    const address = EmailAddress?.EmailAddress
    const entry =
      id !== undefined
        ? await directory.findEntry(organization, { id: id as EntryId })
        : address === undefined
          ? undefined
          : await directory.findEntry(organization, { address })
    const persona = entry && isShown(entry) ? personaOf(entry) : undefined
    if (persona === undefined)
      throw new EwsRefusal('ErrorItemNotFound', 'no-such-entry', 'There is no such person.')
    return { response: { ...success, Persona: persona } }
  },
})
