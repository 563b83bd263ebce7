import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { requireChange } from '../hidden-option.ts'
import { readAuthorities } from '../input-files.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatBytes, formatDetails } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge gateway` */
export function gatewayCommand(cli: Cli): Command {
  const gateway = new Command('gateway').description('SMTP servers through which mail leaves')
  examples(
    gateway,
    'printf %s "$PASSWORD" | landbridge gateway add relay --host smtp.relay.example --user acme --password-stdin --for "*"',
    'landbridge gateway add partner --host mail.partner.example --port 25 --for partner.example,*.partner.example',
    'landbridge gateway test relay --sender anna@acme.example --recipient ben@far.example   nothing is sent',
    'landbridge gateway set partner --for partner.example',
  )
  examplesBelow(
    gateway,
    'landbridge gateway list',
    'landbridge gateway show relay',
    'landbridge gateway remove relay',
  )

  const add = inOrganization(gateway.command('add').argument('<name>').description('make a gateway'))
  gatewayOptions(add)
  cli.administers(add, async (session, options, name) => {
    if (options.host === undefined) throw new UsageFault('Say where it is with --host. Nothing was made.')
    await session.callHere('CreateGateway', { Name: name!, ...(await membersOf(session, options)) })
    const made = await session.callHere('DescribeGateway', { Name: name! })
    return { json: made, text: formatGateway(made) }
  })

  const list = inOrganization(gateway.command('list').description('the gateways of the organisation'))
  cli.administers(list, async (session) => ({
    pages: session.pagesHere('ListGateways', 'Gateways'),
    columns: [
      { title: 'Gateway', show: 'Name' },
      { title: 'Server', show: (row) => `${row.Host}:${row.Port}` },
      { title: 'TLS', show: (row) => String(row.Tls).toLowerCase() },
      { title: 'User', show: 'UserName' },
      { title: 'For', show: 'Recipients' },
    ],
    empty: 'There is no gateway: mail goes to the servers of each domain.',
  }))

  const show = inOrganization(gateway.command('show').argument('<name>').description('one gateway'))
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('DescribeGateway', { Name: name! })
    return { json: found, text: formatGateway(found) }
  })

  const set = inOrganization(gateway.command('set').argument('<name>').description('change a gateway'))
  gatewayOptions(set)
  cli.administers(set, async (session, options, name) => {
    const members = await membersOf(session, options)
    requireChange(set, members)
    await session.callHere('UpdateGateway', { Name: name!, ...members })
    const found = await session.callHere('DescribeGateway', { Name: name! })
    return { json: found, text: formatGateway(found) }
  })

  const test = inOrganization(
    gateway
      .command('test')
      .argument('<name>')
      .description('connect and sign in as deliveries do; nothing is sent'),
  )
  test
    .option('--sender <address>', 'with --recipient: who sends (default: nobody, as reports do)')
    .option('--recipient <address>', 'ask whether it takes mail for this address')
  cli.administers(test, async (session, options, name) => {
    const found = await session.callHere('TestGateway', {
      Name: name!,
      Sender: options.sender as string | undefined,
      Recipient: options.recipient as string | undefined,
    })
    return { json: found, text: formatFindings(found), exitCode: found.Works === true ? 0 : 1 }
  })

  const remove = inOrganization(
    gateway.command('remove').argument('<name>').description('take a gateway away'),
  )
  cli.administers(remove, async (session, _options, name) => {
    await session.callHere('DescribeGateway', { Name: name! })
    await confirm(session, `Remove the gateway ${name}? Mail that is queued for it goes back to its senders.`)
    await session.callHere('DeleteGateway', { Name: name! })
    return { json: {}, text: `The gateway ${name} is removed.\n` }
  })

  return gateway
}

function gatewayOptions(command: Command): void {
  command
    .option('--host <name>', 'name or IP address of the server')
    .option('--port <number>', 'its port (default: 587, or 465 with --tls implicit)')
    .option('--tls <mode>', 'required, implicit, opportunistic or never (default: required)')
    .option('--authorities <file>', 'PEM file of who may have issued its certificate; "" for the usual ones')
    .option('--user <name>', 'user name to sign in with; "" for none')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option('--for <domains>', 'example.com, *.example.com (all below it too), * (everybody), with commas')
}

async function membersOf(
  session: Session,
  options: Record<string, unknown>,
): Promise<Record<string, JsonObject[string] | undefined>> {
  const text = (name: string) => options[name] as string | undefined
  const authorities = text('authorities')
  return {
    Host: text('host'),
    Port: text('port') === undefined ? undefined : Number(text('port')),
    Tls: text('tls')?.toUpperCase(),
    Authorities: authorities ? await readAuthorities(authorities) : authorities,
    UserName: text('user'),
    Password: options.passwordStdin === true ? await readLine(session) : undefined,
    Recipients: text('for')
      ?.split(',')
      .map((pattern) => pattern.trim())
      .filter((pattern) => pattern !== ''),
  }
}

const formatGateway = (gateway: JsonObject): string =>
  formatDetails([
    ['Gateway', gateway.Name],
    ['Server', `${gateway.Host}:${gateway.Port}`],
    ['TLS', String(gateway.Tls).toLowerCase()],
    ['Authorities', gateway.Authorities === undefined ? undefined : 'its own'],
    ['User', gateway.UserName],
    ['Password', gateway.HasPassword === true ? 'set, and shown to nobody' : undefined],
    ['For', (gateway.Recipients as string[]).length === 0 ? 'nobody yet' : gateway.Recipients],
  ])

const formatFindings = (found: JsonObject): string =>
  formatDetails([
    ['Works', found.Works],
    ['Problem', found.Problem],
    ['Secured', found.Secured],
    ['Signed in', found.SignedIn],
    ['Takes up to', formatBytes(found.SizeLimit)],
    ['Recipient', found.RecipientAnswer],
  ])
