import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { readWhole } from '../input-files.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'

const MOST_CERTIFICATES_BYTES = 262_144

/** `landbridge migrate source` */
export function migrateSourceCommand(cli: Cli): Command {
  const command = withSourceOptions(
    inOrganization(
      new Command('source')
        .argument('<project>')
        .argument('<name>')
        .description('say where mailboxes come from, or give a source another password'),
    ),
    { urlWanted: true },
  )
  return cli.administers(command, async (session, options, project, name) => {
    const source = await readSource(session, options)
    await session.callHere('PutMigrationSource', { ...source, ProjectId: project!, Name: name! })
    return { json: {}, text: `Source "${name}" is set.\n` }
  })
}

/** The options that describe a source. */
export function withSourceOptions(command: Command, { urlWanted }: { urlWanted: boolean }): Command {
  command.option(
    '--kind <kind>',
    'exchange, workmail, imap, pst or landbridge: where the mailboxes are',
    'exchange',
  )
  const url = [
    '--url <address>',
    'https://mail.corp.example/EWS/Exchange.asmx, imaps://host, or a folder',
  ] as const
  if (urlWanted) command.requiredOption(...url)
  else command.option(...url)
  return command
    .option('--user <name>', 'who reads the mailboxes')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option(
      '--option <name=value...>',
      'what only this kind has: region, organization, role, form, connections',
    )
    .option('--ca <file>', 'PEM file of who may have issued its certificate')
    .option('--min-tls <version>', 'TLSv1 or TLSv1.1 for very old servers')
}

/** What PutMigrationSource takes, but for its name and project. */
export async function readSource(
  session: Session,
  options: Record<string, unknown>,
): Promise<Record<string, JsonObject[string] | undefined>> {
  const { kind, url, user, ca, minTls } = options as Record<string, string | undefined>
  const given = ((options.option ?? []) as string[]).map((text) => {
    const at = text.indexOf('=')
    if (!/^[a-z]{1,32}$/.test(text.slice(0, Math.max(0, at))))
      throw new UsageFault(`--option is written NAME=VALUE, as role=0123, not "${text}".`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  const Authorities = ca === undefined ? undefined : await readWhole(ca, MOST_CERTIFICATES_BYTES)
  if (Authorities !== undefined && !Authorities.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageFault(`${ca} has no certificate in PEM form ("-----BEGIN CERTIFICATE-----").`)
  return {
    Kind: kind ?? 'exchange',
    Url: url,
    User: user,
    Secret: options.passwordStdin === true ? await readLine(session) : undefined,
    Options: Object.fromEntries(given),
    Authorities,
    MinTlsVersion: minTls,
  }
}
