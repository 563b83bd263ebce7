import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { Counterpart } from '#src/app/demo/counterpart.ts'
import { readLine } from './ask.ts'
import type { Io } from './io.ts'
import { UsageFault } from './usage-fault.ts'

export type CounterpartGiven = {
  directory?: string
  bind?: string
  ca?: string
  smarthost?: string
  mailPorts?: string
}

const LDAPS_PORT = 636
/** Where the sides take mail from a smart host: Landbridge's usual port, and the next. */
const MAIL_PORTS = '2526,2525'

/** Options that put real systems into the place of a part of the Exchange side; `serve` does not show them. */
export function counterpartOptions(command: Command, { shown }: { shown: boolean }): Command {
  for (const [flags, prose] of [
    [
      '--directory <url>',
      'ldaps://HOST[:PORT] of an Active Directory with the schema of Exchange: the company is put into it, below OU=Landbridge demonstration',
    ],
    [
      '--bind <name>',
      'with --directory: who may write there, user@domain; the password is the one line of stdin',
    ],
    ['--ca <file>', 'with --directory: PEM file of the authority that its certificate comes from'],
    [
      '--smarthost <port>',
      'a mail server on this machine, such as Postfix, that carries all mail between the two sides',
    ],
    [
      '--mail-ports <exchange,landbridge>',
      `with --smarthost: where the two sides take mail from it (default ${MAIL_PORTS})`,
    ],
  ] as const)
    command.addOption(new Option(flags, prose).hideHelp(!shown))
  return command
}

/** What the options say. UsageFault for what does not go together. */
export async function readCounterpart(io: Io, given: CounterpartGiven): Promise<Counterpart> {
  if (given.directory === undefined && (given.bind ?? given.ca) !== undefined)
    throw new UsageFault('--bind and --ca go with --directory.')
  if (given.smarthost === undefined && given.mailPorts !== undefined)
    throw new UsageFault('--mail-ports goes with --smarthost.')
  return {
    directory: given.directory === undefined ? undefined : await directoryOf(io, given.directory, given),
    smartHost: given.smarthost === undefined ? undefined : smartHostOf(given.smarthost, given.mailPorts),
  }
}

async function directoryOf(io: Io, written: string, { bind, ca }: CounterpartGiven) {
  const url = URL.parse(written)
  if (url?.protocol !== 'ldaps:' || url.hostname === '' || !/^\/?$/.test(url.pathname))
    throw new UsageFault(`--directory ${written}: write it as ldaps://HOST or ldaps://HOST:PORT.`)
  if (bind === undefined) throw new UsageFault('Say with --bind who may write into the directory.')
  if (ca !== undefined && !existsSync(ca)) throw new UsageFault(`--ca ${ca}: there is no such file.`)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? LDAPS_PORT : Number(url.port),
    ...(ca !== undefined && { authoritiesFile: ca }),
    account: { name: bind, password: await readLine({ io }) },
  }
}

function smartHostOf(written: string, mailPorts = MAIL_PORTS) {
  const [exchange = '', landbridge = '', ...more] = mailPorts.split(',')
  if (more.length > 0 || landbridge === '')
    throw new UsageFault(`--mail-ports ${mailPorts}: write two ports with a comma, like ${MAIL_PORTS}.`)
  return { port: portOf(written), exchangePort: portOf(exchange), landbridgePort: portOf(landbridge) }
}

function portOf(written: string): number {
  const port = Number(written)
  if (/^\d{1,5}$/.test(written) && port >= 1 && port <= 65_535) return port
  throw new UsageFault(`${written} is no port: write a number from 1 to 65535.`)
}
