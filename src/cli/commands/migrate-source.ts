import { resolve } from 'node:path'
import { Command } from 'commander'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { readAuthorities } from '../input-files.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { whoAsks, withBy } from './migrate-words.ts'

/** `landbridge migrate source` */
export function migrateSourceCommand(cli: Cli): Command {
  const command = withBy(
    withSourceOptions(
      inOrganization(
        new Command('source')
          .argument('<project>')
          .argument('<name>')
          .description('say where mailboxes come from, or give a source another password'),
      ),
    ),
  )
  return cli.administers(command, async (session, options, project, name) => {
    const source = await readSource(session, options)
    const answer = await putSource(session, {
      ...source,
      ProjectId: project!,
      Name: name!,
      By: whoAsks(options),
    })
    return { json: answer, text: sourceSentence(name!, answer) }
  })
}

/** What became of a source that was given. */
export function sourceSentence(name: string, { Note, ...answer }: JsonObject): string {
  const set = `${setSentence(name, answer)}${missingSentence(answer)}`
  return Note === undefined ? set : `${set}Mend this before it runs: ${String(Note)}\n`
}

function setSentence(name: string, { Dropped = [], Unchanged }: JsonObject): string {
  if (Unchanged === true)
    return `Nothing of source "${name}" was changed. Mailboxes that waited as it refused, or was not there, ask it anew.\n`
  const dropped = Dropped as readonly string[]
  if (dropped.length === 0) return `Source "${name}" is set.\n`
  return `Source "${name}" is set. With a new --url nothing is kept that was not given again, so it has no more: ${dropped.join(', ')}. Give what it needs with "landbridge migrate source".\n`
}

/** The option that gives it. */
const optionOf: Readonly<Record<string, string>> = {
  'the account': '--user',
  'the password': '--password-stdin',
}

/** What was dropped is named already. */
function missingSentence({ Missing = [], Dropped = [] }: JsonObject): string {
  const missing = (Missing as readonly string[]).filter(
    (each) => !(Dropped as readonly string[]).includes(each),
  )
  if (missing.length === 0) return ''
  const given = missing.map((each) => `${each} (${optionOf[each]})`).join(' and ')
  return `Nothing can be read from it yet. It still needs ${given}: give it with "landbridge migrate source".\n`
}

/** The options that describe a source. */
export function withSourceOptions(command: Command): Command {
  return command
    .option(
      '--kind <kind>',
      'exchange, workmail, imap, pst or landbridge: where the mailboxes are (default: exchange)',
    )
    .option('--url <address>', 'https://mail.corp.example/EWS/Exchange.asmx, imaps://host, or a folder')
    .option('--user <name>', 'who reads the mailboxes')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option(
      '--option <name=value...>',
      'what only this kind has; exchange: connections, archive, recoverable; workmail: organization, role, region, connections; imap: form, logins, connections; landbridge: organization, keys, recoverable',
    )
    .option('--archive', 'with the online archives, each as a folder "Online Archive" (exchange)')
    .option(
      '--recoverable',
      'with what was deleted and can still be brought back; it stays so here, for 14 days (exchange, landbridge)',
    )
    .option('--ca <file>', 'PEM file of who may have issued its certificate')
    .option('--min-tls <version>', 'TLSv1 or TLSv1.1 for very old servers')
}

/** What cannot hold was written wrongly. */
export async function putSource(
  session: Session,
  source: Record<string, JsonObject[string] | undefined>,
): Promise<JsonObject> {
  try {
    return await session.callHere('PutMigrationSource', source)
  } catch (error) {
    // What begins with a member's name is told by the name of its option.
    if (!(error instanceof AdminFault) || error.type !== 'InvalidParameterException') throw error
    if (/^[A-Z][A-Za-z]+(?:\.[A-Za-z0-9]+)* must /.test(error.message)) throw error
    throw new UsageFault(error.message)
  }
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
    const [name, value] = [text.slice(0, at), text.slice(at + 1)]
    return [name, name === 'logins' ? resolve(value) : value] as const
  })
  for (const part of ['archive', 'recoverable'] as const)
    if (options[part] === true) given.push([part, 'yes'])
  return {
    Kind: kind,
    // The service may stand in another folder.
    Url: kind === 'pst' || kind === 'landbridge' ? url && resolve(url) : url,
    User: user,
    Secret: options.passwordStdin === true ? await readLine(session) : undefined,
    Options: given.length === 0 && url === undefined ? undefined : Object.fromEntries(given),
    Authorities: ca === undefined ? undefined : await readAuthorities(ca),
    MinTlsVersion: minTls,
  }
}
