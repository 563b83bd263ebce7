import { resolve } from 'node:path'
import { Command } from 'commander'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { readAuthorities, requireThere } from '../input-files.ts'
import { runLong } from '../long-operation.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { decisionText, runText, statusText } from '../sync-report.ts'
import { UsageFault } from '../usage-fault.ts'
import { addOfflineBook } from './gal-offline-book.ts'

/** `landbridge gal` */
export function galCommand(cli: Cli): Command {
  const gal = new Command('gal').description('the address book, and the directory that it comes from')
  examples(
    gal,
    'printf %s "$PASSWORD" | landbridge gal connect corp.example --bind svc@corp.example --ca ca.pem',
    'landbridge gal connect --ldif /srv/directory.ldf',
    'landbridge gal sync --dry-run && landbridge gal diff',
    'landbridge gal why anna@corp.example',
    'landbridge gal search "mül ann"',
    'landbridge gal offline-book --now',
  )
  examplesBelow(
    gal,
    'landbridge gal disconnect',
    'landbridge gal approve   the run that waits',
    'landbridge gal reject',
    'landbridge gal status',
  )
  addConnect(cli, gal)
  addRuns(cli, gal)
  addLooks(cli, gal)
  addOfflineBook(cli, gal)
  return gal
}

type ConnectOptions = {
  bind?: string
  controller?: string[]
  base?: string
  netbios?: string
  addressList?: string
  accounts?: boolean
  dirsync?: boolean
  starttls?: boolean
  certificateName?: string
  ca?: string
  ldif?: string
}

function addConnect(cli: Cli, gal: Command): void {
  const connect = inOrganization(
    gal
      .command('connect')
      .argument('[domain...]', 'Active Directory domains of one forest, like corp.example')
      .description('say where the address book comes from; the password is the one line of stdin'),
  )
    .option('--bind <name>', 'who reads: svc@corp.example, or a distinguished name')
    .option('--controller <host...>', 'domain controllers in their order (default: DNS is asked)')
    .option('--base <dn>', 'where recipients are looked for (default: the whole domain)')
    .option(
      '--netbios <name>',
      'what people write before the backslash, CORP (default: the first label of the domain)',
    )
    .option(
      '--address-list <dn>',
      'show only members of this address list, by its distinguished name (default: everybody who is not hidden)',
    )
    .option(
      '--accounts',
      'list accounts without a mailbox in Exchange among the users too, so that they can be enabled here',
    )
    .option(
      '--dirsync',
      'let the controllers tell what changed (DirSync), instead of comparing change numbers',
    )
    .option('--starttls', 'LDAP with StartTLS instead of LDAPS')
    .option('--certificate-name <name>', 'the name in the certificates, where it is not the controller’s own')
    .option('--ca <file>', 'PEM file of the authority that the certificates come from')
    .option('--ldif <file>', 'read a file as ldifde writes it, instead of a directory')
  cli.administers(connect, async (session, given, ...args) => {
    const options = given as ConnectOptions
    const domains = args.flat() as string[]
    await session.callHere('ConnectDirectory', await connectionOf(session, options, domains))
    const what = options.ldif ?? domains.join(', ')
    const test =
      options.ldif === undefined
        ? 'Try the connection: landbridge interop check directory. Then look:'
        : 'Look first:'
    const { InteroperabilityEnabled } = await session.callHere('DescribeOrganization')
    const off =
      InteroperabilityEnabled === true
        ? ''
        : 'Interoperability is off, so only those whose mailbox is here are shown: "landbridge org interop on" changes that.\n'
    return {
      json: {},
      text: `The address book comes from ${what} now. ${test} "landbridge gal sync --dry-run"\n${off}${options.accounts === true ? TO_PICK : ''}`,
    }
  })

  const disconnect = inOrganization(
    gal.command('disconnect').description('keep the address book as it is, and forget the password'),
  )
  cli.administers(disconnect, async (session) => {
    const { Connected } = await session.callHere('DescribeDirectorySync')
    if (Connected !== true) throw new NothingChanged('No directory is connected. Nothing was changed.')
    await confirm(session, 'Disconnect the directory? The address book is kept up no more.')
    return { json: await session.callHere('DisconnectDirectory'), text: 'The directory is disconnected.\n' }
  })
}

const TO_PICK =
  'After that "landbridge user list --state disabled" shows the accounts to choose from, and "landbridge user enable" gives one a mailbox.\n'

async function connectionOf(
  session: Session,
  options: ConnectOptions,
  domains: readonly string[],
): Promise<JsonObject> {
  const accounts = options.accounts === true && { Accounts: true }
  if (options.ldif !== undefined) {
    if (domains.length > 0 || options.bind !== undefined)
      throw new UsageFault('A file is read instead of a domain: leave out the domain and --bind.')
    await requireThere(options.ldif)
    return { LdifFile: resolve(options.ldif), ...accounts }
  }
  if (domains.length === 0) throw new UsageFault('Name the domain, like corp.example, or a file with --ldif.')
  if (options.bind === undefined)
    throw new UsageFault('Say with --bind who reads the directory: an ordinary account will do.')
  const ofOne = [options.controller, options.base, options.netbios]
  if (domains.length > 1 && ofOne.some((each) => each !== undefined))
    throw new UsageFault('--controller, --base and --netbios go with one domain; of several, DNS is asked.')
  return {
    ActiveDirectory: {
      Domains: domains.map((Name) => ({
        Name,
        ...(options.controller !== undefined && { Controllers: options.controller }),
        ...(options.base !== undefined && { Base: options.base }),
        ...(options.netbios !== undefined && { NetBiosName: options.netbios }),
      })),
      Security: options.starttls === true ? 'starttls' : 'ldaps',
      ...(options.certificateName !== undefined && { CertificateName: options.certificateName }),
      ...(options.ca !== undefined && { Authorities: await readAuthorities(options.ca) }),
      BindName: options.bind,
      ...(options.addressList !== undefined && { AddressList: options.addressList }),
      ...(options.dirsync === true && { Changes: 'dirsync' }),
      Password: await readLine(session),
    },
    ...accounts,
  }
}

function addRuns(cli: Cli, gal: Command): void {
  const sync = inOrganization(gal.command('sync').description('bring the address book up to date now'))
    .option('--full', 'read everything, not only what changed')
    .option('--dry-run', 'change nothing; "gal diff" shows what would')
  cli.administers(sync, async (session, options) => {
    const run = await runLong(session, 'SyncDirectory', {
      OrganizationId: await session.organization(),
      ...(options.full === true && { Full: true }),
      ...(options.dryRun === true && { DryRun: true }),
    })
    return { json: run, text: runText(run), exitCode: run.Outcome === 'waiting' ? 1 : 0 }
  })

  const approve = inOrganization(
    gal
      .command('approve')
      .argument('[run]', 'its number (default: the one that waits)')
      .description('let the run that waits change what "gal diff" shows'),
  )
  cli.administers(approve, async (session, _options, given) => {
    const run = await waitingRun(session, given)
    await confirm(session, `Change all that "landbridge gal diff" shows of run ${run}?`)
    const done = await runLong(session, 'ApproveDirectorySync', {
      OrganizationId: await session.organization(),
      Run: run,
    })
    return { json: done, text: runText(done) }
  })

  const reject = inOrganization(
    gal
      .command('reject')
      .argument('[run]', 'its number (default: the one that waits)')
      .description('drop the run that waits; the next one reads the directory again'),
  )
  cli.administers(reject, async (session, _options, given) => {
    const run = await waitingRun(session, given)
    return {
      json: await session.callHere('RejectDirectorySync', { Run: run }),
      text: `Run ${run} is dropped. Nothing was changed.\n`,
    }
  })
}

async function waitingRun(session: Session, given: string | undefined): Promise<number> {
  if (given !== undefined && !/^[1-9]\d{0,14}$/.test(given))
    throw new UsageFault(`${given} is no number of a run. "landbridge gal status" shows them.`)
  const { WaitingRun } = await session.callHere('DescribeDirectorySync')
  if (typeof WaitingRun !== 'number')
    throw new NothingChanged('No run waits for approval. "landbridge gal status" shows the last ones.')
  if (given === undefined || Number(given) === WaitingRun) return WaitingRun
  throw new NothingChanged(
    `Run ${given} waits no longer; run ${WaitingRun} does. Look at it with "landbridge gal diff".`,
  )
}

function addLooks(cli: Cli, gal: Command): void {
  const status = inOrganization(
    gal.command('status').description('how old the address book is, what waits, how the last runs went'),
  )
  cli.administers(status, async (session) => {
    const found = await session.callHere('DescribeDirectorySync')
    return { json: found, text: statusText(found), exitCode: found.Overdue === true ? 1 : 0 }
  })

  const diff = inOrganization(
    gal
      .command('diff')
      .description(
        'what the run that waits, or a dry run just now, would change; else who is quarantined, held, not found, without an address or left out',
      ),
  ).option(
    '--only <what>',
    'create, change, return, replace, local, delete, unlink, quarantine, omit, hold, missing, partial',
  )
  cli.administers(diff, async (session, options) => ({
    pages: session.pagesHere('ListDirectoryDifference', 'Changes', {
      Decision: options.only as string | undefined,
    }),
    columns: [
      { title: 'What', show: (row) => decisionText(row.Decision) },
      { title: 'Class', show: 'Class' },
      { title: 'Name', show: 'Name' },
      { title: 'Address', show: 'Email' },
      { title: 'Why or how', show: detailsOf },
    ],
    empty:
      options.only === undefined
        ? 'No run waits or was tried out that would change anything, and nobody is quarantined, held, not found, without an address or left out.'
        : `Nothing of it is "${decisionText(options.only as string)}".`,
  }))

  const why = inOrganization(
    gal
      .command('why')
      .argument('<text>', 'an address, name, alias, account, distinguished name or key')
      .description('why somebody is, or is not, in the address book'),
  )
  cli.administers(why, async (session, _options, text) => {
    const { Explanations, During } = await session.callHere('DescribeAddressBookEntry', { Text: text! })
    const found = Explanations as JsonObject[]
    const lines = found.map(
      ({ Name, Email, Place, Sentences }) =>
        `${visibleText(`${Name}${Email === undefined ? '' : ` <${Email}>`}`)}\n${[...(Sentences as string[]), ...(Place === undefined ? [] : [String(Place)])].map((line) => `  ${visibleText(line)}\n`).join('')}`,
    )
    const none = `Nothing is known of "${visibleText(text!)}": when the directory was last read it had no recipient of that name, or it keeps it from the account that reads. Somebody without mailNickname is no recipient: Enable-Mailbox, Enable-MailUser, Enable-MailContact and Enable-DistributionGroup give one.\n`
    const during = During === undefined ? '' : `${During}\n`
    return {
      json: found,
      text: `${found.length === 0 ? none : lines.join('')}${during}`,
      exitCode: found.length === 0 ? 1 : 0,
    }
  })

  const search = inOrganization(
    gal
      .command('search')
      .argument('<text...>', 'how words of a name, address or department begin')
      .description('look somebody up as users do'),
  ).option('--limit <number>', 'at most so many', '25')
  cli.administers(search, async (session, options, ...args) => {
    const limit = Number(options.limit)
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new UsageFault('--limit is 1 to 100.')
    const found = await session.callHere('FindAddressBookEntries', {
      Text: args.flat().join(' '),
      MaxResults: limit,
    })
    return {
      pages: (async function* () {
        yield found.Entries as JsonObject[]
      })(),
      columns: [
        { title: 'Name', show: 'DisplayName' },
        { title: 'Address', show: 'Email' },
        { title: 'Department', show: 'Department' },
        { title: 'Telephone', show: 'Telephone' },
        { title: 'Kind', show: 'Kind' },
        { title: 'Mailbox', show: 'Home' },
      ],
      empty: 'Nobody is found.',
      json: found,
      ...(found.More === true && {
        after: `Others fit as well. Write more of the name${limit < 100 ? `, or raise --limit (${limit}) up to 100` : ''}.`,
      }),
    }
  })
}

function detailsOf({ Reason, Changes, Remarks }: JsonObject): string {
  const changes = (Changes as string[] | undefined) ?? []
  const remarks = (Remarks as string[] | undefined) ?? []
  const parts = [...(Reason === undefined ? [] : [String(Reason)]), changes.join('; '), ...remarks]
  // Changes are words, the rest sentences.
  return parts
    .filter((part) => part !== '')
    .map((part, at, all) => (at < all.length - 1 && !part.endsWith('.') ? `${part}.` : part))
    .join(' ')
}
