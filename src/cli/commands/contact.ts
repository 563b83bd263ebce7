import { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import {
  detailMembers,
  detailOptions,
  putAttachments,
  readAttachments,
  shownDetails,
} from '../detail-options.ts'
import { undoing } from '../entry-commands.ts'
import { hiddenOption, requireChange } from '../hidden-option.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import { formatDetails } from '../table.ts'

/** `landbridge contact` */
export function contactCommand(cli: Cli): Command {
  const contact = new Command('contact').description('people elsewhere whom the address book shows')
  examples(
    contact,
    'landbridge contact add "Paula Partner" paula@partner.example --company Partner',
    'landbridge contact set "Paula Partner" --mobile "+49 170 1234" --certificate paula.cer',
    'landbridge contact set "Paula Partner" --email paula@new.example paula@partner.example',
    'landbridge contact remove "Paula Partner"',
  )
  examplesBelow(contact, 'landbridge contact list --prefix Pau', 'landbridge contact show "Paula Partner"')

  const add = inOrganization(
    contact
      .command('add')
      .argument('<name>')
      .argument('<address...>', 'its addresses; the first is where it is written to')
      .description('put somebody elsewhere into the address book'),
  )
  detailOptions(add)
    .option('--target <address>', 'where its mail really goes, when not to the first address')
    .option('--hidden', 'leave it out of the global address list')
  cli.administers(add, async (session, options, name, ...addresses) => {
    const attachments = await readAttachments(options)
    const EmailAddresses = addresses.flat() as string[]
    const { ContactId } = await session.callHere('CreateContact', {
      Name: name!,
      EmailAddresses,
      TargetAddress: options.target as string | undefined,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
      ...detailMembers(options),
    })
    await undoing(session, 'DeleteContact', { ContactId: ContactId! }, () =>
      putAttachments(session, ContactId!, attachments),
    )
    const text = formatDetails([
      ['Contact', name],
      ['Id', ContactId],
      ['Addresses', EmailAddresses],
    ])
    return { json: { ContactId: ContactId!, EmailAddresses }, text }
  })

  const list = inOrganization(contact.command('list').description('the contacts of the organisation'))
  list.option('--prefix <text>', 'whose names begin so')
  cli.administers(list, async (session, options) => ({
    pages: session.pagesHere('ListContacts', 'Contacts', {
      Filters: options.prefix === undefined ? undefined : { NamePrefix: options.prefix as string },
    }),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Display name', show: 'DisplayName' },
      { title: 'Address', show: 'Email' },
      { title: 'Id', show: 'Id' },
    ],
    empty: 'There is no such contact.',
  }))

  const show = inOrganization(contact.command('show').argument('<contact>').description('one contact'))
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('DescribeContact', { ContactId: name! })
    const text = formatDetails([
      ['Name', found.Name],
      ['Id', found.ContactId],
      ['Addresses', found.EmailAddresses],
      ['Mail goes to', found.TargetAddress],
      ...shownDetails(found),
      ['Hidden', found.HiddenFromGlobalAddressList],
    ])
    return { json: found, text }
  })

  const set = inOrganization(
    contact
      .command('set')
      .argument('<contact>')
      .description('change what the address book shows; an empty text removes'),
  )
  hiddenOption(
    detailOptions(set, { removes: true })
      .option('--email <address...>', 'its addresses from now on, the first of them primary')
      .option('--target <address>', 'where its mail really goes; empty for the first address'),
  )
  cli.administers(set, async (session, options, name) => {
    const attachments = await readAttachments(options)
    const found = await session.callHere('DescribeContact', { ContactId: name! })
    const change = {
      ...detailMembers(options, found),
      EmailAddresses: options.email as string[] | undefined,
      TargetAddress: options.target as string | undefined,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
    }
    requireChange(set, { ...change, ...attachments })
    const ContactId = found.ContactId!
    await putAttachments(session, ContactId, attachments)
    await session.callHere('UpdateContact', { ContactId, ...change })
    return { json: {}, text: `Contact ${name} is changed.\n` }
  })

  const remove = inOrganization(
    contact
      .command('remove')
      .argument('<contact>')
      .description('take it out of the address book and of every group'),
  )
  cli.administers(remove, async (session, _options, name) => {
    const { ContactId } = await session.callHere('DescribeContact', { ContactId: name! })
    await confirm(session, `Remove the contact ${name}?`)
    await session.callHere('DeleteContact', { ContactId: ContactId! })
    return { json: {}, text: `Contact ${name} is removed.\n` }
  })

  return contact
}
