import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** GetUserPhoto, in the one size there is. */
export const getUserPhoto = operation({
  name: 'GetUserPhoto',
  async run({ services, caller }, { Email }) {
    const { organization } = caller.acting
    const entry = await services.store.directory.findEntry(organization, { address: Email.trim() })
    const photo =
      entry?.photo == null || entry.state !== 'ENABLED'
        ? undefined
        : await services.store.directory.findAttachment(organization, entry.id, 'photo')
    if (photo === undefined)
      throw new EwsRefusal('ErrorItemNotFound', 'no-such-item', 'There is no photo of this person.')
    return { response: { ...success, HasChanged: true, PictureData: photo.octets } }
  },
})
