import { Command } from 'commander'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { dayPicture, pictureLegend } from '../day-picture.ts'
import { readAuthorities } from '../input-files.ts'
import { notThere } from '../not-there.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatDetails, formatTable } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { availabilityAccountCommand } from './availability-account.ts'

type Options = Record<string, unknown>

const DAY_MS = 86_400_000

/** `landbridge availability` */
export function availabilityCommand(cli: Cli): Command {
  const availability = new Command('availability').description(
    'when people are free, here and on other systems',
  )
  examples(
    availability,
    'printf %s "$PASSWORD" | landbridge availability add corp.example --ews https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin',
    'landbridge availability test corp.example   signs in and asks about nobody',
    'landbridge availability query anna@corp.example ben@corp.example --days 2 --zone Europe/Berlin',
    'landbridge availability account add exchange-service   what Exchange asks us with',
  )
  examplesBelow(
    availability,
    'landbridge availability list',
    'landbridge availability remove corp.example',
    'landbridge availability account list',
    'landbridge availability account remove exchange-service',
  )
  add(cli, availability)
  list(cli, availability)
  test(cli, availability)
  remove(cli, availability)
  query(cli, availability)
  availability.addCommand(availabilityAccountCommand(cli))
  return availability
}

function add(cli: Cli, availability: Command): void {
  const command = inOrganization(
    availability
      .command('add')
      .argument('<domain>')
      .description('say whom to ask about the people of a domain'),
  )
  command
    .option('--ews <address>', 'Exchange Web Services: https://mail.corp.example/EWS/Exchange.asmx')
    .option('--user <name>', 'with --ews: user name, CORP\\name or an address')
    .option('--password-stdin', 'with --ews: take the password from the first line of stdin')
    .option('--function <address>', 'an HTTPS function that speaks WorkMail’s availability provider JSON')
    .option('--token-stdin', 'with --function: take its bearer token from the first line of stdin')
    .option('--lambda <arn>', 'a function of AWS Lambda')
    .option(
      '--authorities <file>',
      'PEM file of who may have issued its certificate (default: the usual ones)',
    )
    .option('--min-tls <version>', 'TLSv1 or TLSv1.1 for very old servers (default: TLSv1.2)')
    .option('--replace', 'put it in place of the one there is')
  cli.administers(command, async (session, options, domain) => {
    const DomainName = domain!.toLowerCase()
    const provider = await providerOf(session, options)
    const operation = options.replace === true ? 'Update' : 'Create'
    await session.callHere(`${operation}AvailabilityConfiguration`, { DomainName, ...provider })
    const made = await configurationOf(session, DomainName)
    return { json: made, text: formatConfiguration(made) }
  })
}

async function providerOf(session: Session, options: Options): Promise<Record<string, JsonObject>> {
  const {
    ews,
    function: address,
    lambda,
    authorities,
    minTls,
  } = options as Record<string, string | undefined>
  if ([ews, address, lambda].filter((one) => one !== undefined).length !== 1)
    throw new UsageFault('Say whom to ask with one of --ews, --function and --lambda. Nothing was made.')
  const tls = {
    ...(authorities !== undefined && { Authorities: await readAuthorities(authorities) }),
    ...(minTls !== undefined && { MinTlsVersion: minTls }),
  }
  if (lambda !== undefined) return { LambdaProvider: { LambdaArn: lambda } }
  if (address !== undefined) {
    const token = options.tokenStdin === true ? { Token: await readLine(session) } : {}
    return { FunctionProvider: { Endpoint: address, ...token, ...tls } }
  }
  if (options.user === undefined || options.passwordStdin !== true)
    throw new UsageFault('With --ews give --user and --password-stdin. Nothing was made.')
  const login = { EwsUsername: options.user as string, EwsPassword: await readLine(session) }
  return { EwsProvider: { EwsEndpoint: ews!, ...login, ...tls } }
}

async function configurationOf(session: Session, domain: string): Promise<JsonObject> {
  for await (const page of session.pagesHere(
    'ListAvailabilityConfigurations',
    'AvailabilityConfigurations',
  )) {
    const found = page.find(({ DomainName }) => DomainName === domain)
    if (found !== undefined) return found
  }
  throw notThere(`There is no availability configuration for ${domain}.`)
}

export const endpointOf = ({ EwsProvider, LambdaProvider, FunctionProvider }: JsonObject): string => {
  const [ews, lambda, ours] = [EwsProvider, LambdaProvider, FunctionProvider] as (JsonObject | undefined)[]
  return String(ews?.EwsEndpoint ?? lambda?.LambdaArn ?? ours?.Endpoint ?? '')
}
const userOf = ({ EwsProvider }: JsonObject): string =>
  String((EwsProvider as JsonObject | undefined)?.EwsUsername ?? '')

const formatConfiguration = (found: JsonObject): string =>
  formatDetails([
    ['Domain', found.DomainName],
    ['Asks', endpointOf(found)],
    ['User', userOf(found)],
    ['Secret', userOf(found) === '' ? undefined : 'set, and shown to nobody'],
  ])

function list(cli: Cli, availability: Command): void {
  const command = inOrganization(availability.command('list').description('whom we ask, by domain'))
  cli.administers(command, async (session) => ({
    pages: session.pagesHere('ListAvailabilityConfigurations', 'AvailabilityConfigurations'),
    columns: [
      { title: 'Domain', show: 'DomainName' },
      { title: 'Type', show: 'ProviderType' },
      { title: 'Asks', show: endpointOf },
      { title: 'User', show: userOf },
    ],
    empty: 'Nobody is asked: only calendars of this service are known.',
  }))
}

function test(cli: Cli, availability: Command): void {
  const command = inOrganization(
    availability
      .command('test')
      .argument('<domain>')
      .description('sign in as questions do, and ask about nobody'),
  )
  cli.administers(command, async (session, _options, domain) => {
    const found = await session.callHere('TestAvailabilityConfiguration', {
      DomainName: domain!.toLowerCase(),
    })
    const text = formatDetails([
      ['Works', found.TestPassed],
      ['Problem', found.FailureReason],
    ])
    return { json: found, text, exitCode: found.TestPassed === true ? 0 : 1 }
  })
}

function remove(cli: Cli, availability: Command): void {
  const command = inOrganization(
    availability.command('remove').argument('<domain>').description('ask nobody about a domain any more'),
  )
  cli.administers(command, async (session, _options, domain) => {
    const { DomainName } = await configurationOf(session, domain!.toLowerCase())
    await confirm(session, `Ask nobody about the people of ${DomainName} any more?`)
    await session.callHere('DeleteAvailabilityConfiguration', { DomainName: DomainName! })
    return { json: {}, text: `Nobody is asked about ${DomainName} any more.\n` }
  })
}

function query(cli: Cli, availability: Command): void {
  const command = inOrganization(
    availability
      .command('query')
      .argument('<addresses...>')
      .description('when people are free, as a table and a picture of each day'),
  )
  command
    .option('--from <day>', 'first day, such as 2026-11-21 (default: today)')
    .option('--days <number>', 'how many days (default: 1)')
    .option('--zone <name>', 'on whose clock, such as Europe/Berlin (default: that of this machine)')
    .option('--as <user>', 'as this user may see it (default: as every colleague may)')
    .option('--details', 'with subjects and places where they may be seen')
  cli.administers(command, async (session, options, ...addresses) => {
    const { from, to, zone } = windowOf(options)
    const { Answers } = await session.callHere('QueryAvailability', {
      Addresses: addresses.flat() as string[],
      StartTime: from / 1_000,
      EndTime: to / 1_000,
      AskerId: options.as as string | undefined,
      Details: options.details === true,
    })
    const answers = Answers as JsonObject[]
    const failed = answers.some(({ Failure }) => Failure !== undefined)
    return {
      json: { Answers: answers },
      text: formatAnswers(answers, { from, to, zone }),
      exitCode: failed ? 1 : 0,
    }
  })
}

type Window = { from: number; to: number; zone: string }

function windowOf(options: Options): Window {
  const zone = (options.zone as string | undefined) ?? Temporal.Now.timeZoneId()
  const days = options.days === undefined ? 1 : Number(options.days)
  if (!Number.isInteger(days) || days < 1 || days > 62)
    throw new UsageFault('--days takes a number from 1 to 62.')
  try {
    const day =
      options.from === undefined
        ? Temporal.Now.plainDateISO(zone)
        : Temporal.PlainDate.from(options.from as string)
    const from = day.toZonedDateTime(zone).epochMilliseconds
    const to = day.add({ days }).toZonedDateTime(zone).epochMilliseconds
    return { from, to: Math.min(to, from + 62 * DAY_MS), zone }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageFault('--from takes a day such as 2026-11-21, --zone a time zone such as Europe/Berlin.')
  }
}

function formatAnswers(answers: readonly JsonObject[], { from, to, zone }: Window): string {
  const rows = answers.flatMap((answer) =>
    ((answer.Times ?? []) as JsonObject[]).map((time) => ({ ...time, Address: answer.Address! })),
  )
  const clock = (seconds: unknown): string =>
    Temporal.Instant.fromEpochMilliseconds(Number(seconds) * 1_000)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' })
      .replace('T', ' ')
  const columns = [
    { title: 'Who', show: 'Address' },
    { title: 'From', show: ({ StartTime }: JsonObject) => clock(StartTime) },
    { title: 'To', show: ({ EndTime }: JsonObject) => clock(EndTime) },
    { title: 'Is', show: 'BusyType' },
    {
      title: 'What',
      show: ({ Subject, Private }: JsonObject) => (Private === true ? '(private)' : String(Subject ?? '')),
    },
  ]
  const table = rows.length === 0 ? '' : `\n${formatTable(columns, rows)}`
  const failures = answers.flatMap(({ Address, Failure, Code, Message }) =>
    Failure === undefined
      ? []
      : [
          `${visibleText(String(Address))}: ${visibleText(String(Code ?? Failure))}: ${visibleText(String(Message))}\n`,
        ],
  )
  const known = answers.filter(({ Failure }) => Failure === undefined)
  const picture = known.length === 0 ? '' : `${dayPicture(known, from, to, zone)}\n${pictureLegend}\n`
  return `${picture}${table}${failures.length === 0 ? '' : `${picture === '' ? '' : '\n'}${failures.join('')}`}`
}
