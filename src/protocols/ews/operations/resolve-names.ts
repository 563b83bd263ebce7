import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import type { Request, Response } from '#src/wire/ews/message.ts'
import type { EmailAddressType, ResolutionType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { entryContact, shownEntry } from '../directory-entries.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { showItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** As Exchange has it. */
const MOST = 100

/** ResolveNames: in the address book and among the contacts and lists of the mailbox. */
export const resolveNames = operation({
  name: 'ResolveNames',
  async run(call, request) {
    const { SearchScope: scope = 'ActiveDirectoryContacts' } = request
    const text = request.UnresolvedEntry.trim()
      .replace(/^(?:smtp|sip):/i, '')
      .replace(/^=/, '')
    const found: ResolutionType[] = []
    const sources = {
      ActiveDirectory: [inDirectory],
      Contacts: [inContacts],
      ActiveDirectoryContacts: [inDirectory, inContacts],
      ContactsActiveDirectory: [inContacts, inDirectory],
    }[scope]
    for (const source of sources) found.push(...(await source(call, text, request)))
    if (found.length === 0)
      throw new EwsRefusal('ErrorNameResolutionNoResults', 'no-such-entry', 'No results were found.')
    const several = found.length > 1
    const message = {
      ...(several
        ? {
            ResponseClass: 'Warning',
            MessageText: 'Multiple results were found.',
            ResponseCode: 'ErrorNameResolutionMultipleResults',
            DescriptiveLinkKey: 0,
          }
        : success),
      ResolutionSet: {
        TotalItemsInView: Math.min(found.length, MOST),
        IncludesLastItemInRange: found.length <= MOST,
        Resolution: found.slice(0, MOST),
      },
    }
    return {
      response: {
        ResponseMessages: [{ ResolveNamesResponseMessage: message }],
      } as unknown as Response<'ResolveNames'>,
    }
  },
})

async function inDirectory(
  { services, caller }: EwsCall,
  text: string,
  { ReturnFullContactData: full }: Request<'ResolveNames'>,
): Promise<ResolutionType[]> {
  const { organization } = caller.acting
  const exact = /[@/]/.test(text)
    ? await services.store.directory.findEntry(organization, { address: text })
    : undefined
  const entries =
    exact?.state === 'ENABLED' ? [exact] : await services.addressBooks.search(organization, text, MOST)
  const found: ResolutionType[] = []
  for (const entry of entries) {
    const Mailbox = shownEntry(entry)
    if (Mailbox === undefined) continue
    const certificate =
      full && entry.certificate !== null
        ? await services.store.directory.findAttachment(organization, entry.id, 'certificate')
        : undefined
    found.push({ Mailbox, ...(full && { Contact: entryContact(entry, certificate?.octets) }) })
  }
  return found
}

async function inContacts(
  call: EwsCall,
  text: string,
  { ReturnFullContactData: full }: Request<'ResolveNames'>,
): Promise<ResolutionType[]> {
  if (call.caller.acting.mailbox === null) return []
  const { store, digests } = call.services
  const place = await call.places.folder({ DistinguishedFolderId: { Id: 'contacts' } })
  if ((place.rights & FolderRight.readAny) === 0) return []
  const { mailbox, folder, rights } = place
  const found: ResolutionType[] = []
  const deps = { mailboxes: store.mailboxes, digests }
  const query = { kind: 'text', contains: text } as const
  for await (const page of searchMessages(deps, mailbox.at, folder.no, query, {
    signal: call.signal,
    limit: MOST,
  })) {
    const numbers = page.map(({ no }) => no)
    for (const item of await store.mailboxes.getItems(mailbox.at, numbers, viewParts)) {
      const shape = { BaseShape: 'AllProperties' } as const
      const shown = await showItem(new ItemView(call, item, { mailbox, rights, shape, listed: true }))
      const { Contact: contact, DistributionList: list } = shown as Shown
      const named = contact ?? list
      if (named === undefined || !isNamed(named, text)) continue
      const ItemId = {
        Id: formatItemId(mailbox.at.mailbox, item.no),
        ChangeKey: formatChangeKey('item', item.modseq),
      }
      if (contact === undefined) {
        found.push({ Mailbox: { ...ownList, Name: named.DisplayName || text, ItemId } })
        continue
      }
      for (const { Value } of contact.EmailAddresses ?? []) {
        const Mailbox: EmailAddressType = {
          Name: contact.DisplayName || Value,
          EmailAddress: Value || 'unknown',
          RoutingType: 'SMTP',
          MailboxType: 'Contact',
          ItemId,
        }
        found.push({
          Mailbox,
          ...(full && { Contact: contact as unknown as NonNullable<ResolutionType['Contact']> }),
        })
      }
    }
  }
  return found
}

type Named = { DisplayName?: string; EmailAddresses?: { Value: string }[] }
type Shown = { Contact?: Named; DistributionList?: Named }

/** A list of one's own has no address: ExpandDL and recipients take its id. */
const ownList: EmailAddressType = { RoutingType: 'MAPIPDL', MailboxType: 'PrivateDL' }

/** A contact or list that is meant, and does not just mention the text somewhere. */
function isNamed({ DisplayName = '', EmailAddresses = [] }: Named, text: string): boolean {
  const wanted = foldForSearch(text)
  const words = foldForSearch(DisplayName).split(/[\s,.;]+/)
  return (
    foldForSearch(DisplayName).startsWith(wanted) ||
    words.some((word) => word.startsWith(wanted)) ||
    EmailAddresses.some(({ Value }) => foldForSearch(Value).startsWith(wanted))
  )
}
