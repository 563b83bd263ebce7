import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { configFileName } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { formatSettings } from '#src/config/settings-file.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { formatRecords } from '../dns-records.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { Session as CommandSession } from '../session.ts'
import { collectSetting, parseSettings } from '../setting-options.ts'
import { UsageFault } from '../usage-fault.ts'

type Options = GlobalOptions & {
  org: string
  domain?: string[]
  hostname?: string
  adminPort?: string
  healthPort?: string
  set?: string[]
}

/** `landbridge init` */
export function initCommand(cli: Cli): Command {
  const command = new Command('init')
    .description(
      'make a data folder with its settings, an organisation and its mail domains, without a question',
    )
    .requiredOption('--org <alias>', 'alias of the organisation: letters, digits, hyphens')
    .option('--domain <name>', 'a mail domain of the organisation; may be repeated', collectSetting, [])
    .option('--hostname <name>', 'name under which clients reach the service (setting service.hostname)')
    .option('--admin-port <port>', 'port of the administration API (setting admin.port)')
    .option('--health-port <port>', 'port of the health endpoint (setting health.port)')
    .option('--set <name=value>', 'any other setting; may be repeated', collectSetting, [])
  examples(
    command,
    'landbridge init --org acme --domain acme.example --data /srv/mail',
    'landbridge init --org acme --hostname mail.acme.example --admin-port 9443',
    'printf %s "$PASSWORD" | landbridge user add anna --password-stdin --data /srv/mail',
  )
  return cli.does(command, async (options: GlobalOptions) => {
    const given = options as Options
    const settings = parseSettings(given)
    const { config } = cli.config(options, settings)
    const isSet = Object.keys(settings.values).length > 0
    const named = join(config.dataFolder, configFileName)
    if (isSet && (options.config !== undefined || existsSync(named))) {
      throw new UsageFault(
        `There is a configuration already, ${options.config ?? named}. Write the settings there, and leave their options out here.`,
      )
    }
    const { connectAdmin } = await import('#src/app/connect.ts')
    const connection = await connectAdmin(config, { create: true })
    try {
      const session = new CommandSession(cli.io, connection, {})
      await refusePopulated(session, config)
      const made = isSet
        ? await withSettings(named, settings.values, () => makeOrganization(session, given, config, named))
        : await makeOrganization(session, given, config, null)
      return await cli.print(made, options)
    } finally {
      await connection.close()
    }
  })
}

async function makeOrganization(session: Session, options: Options, config: Config, file: string | null) {
  const domains = options.domain ?? []
  const { OrganizationId } = await session.call('CreateOrganization', {
    Alias: options.org,
    Domains: domains.map((DomainName) => ({ DomainName })),
  })
  const described = await session.call('DescribeOrganization', { OrganizationId })
  const records: JsonObject[] = []
  for (const DomainName of domains) {
    const { Records } = await session.call('GetMailDomain', { OrganizationId, DomainName })
    records.push(...(Records as JsonObject[]))
  }
  const lines = [
    `Organisation ${options.org} is made in ${config.dataFolder}: ${OrganizationId}`,
    ...(file === null ? [] : [`Settings are in ${file}`]),
    `Its test domain is ${described.DefaultMailDomain}`,
  ]
  const publish =
    records.length === 0
      ? ''
      : `\nPublish these DNS records, then run "landbridge domain check NAME":\n${formatRecords(records, ['Type', 'Hostname', 'Value'])}`
  const next = '\nNext: "landbridge user add NAME", then "landbridge serve".\n'
  return {
    json: {
      OrganizationId: OrganizationId!,
      DataFolder: config.dataFolder,
      ConfigFile: file,
      DnsRecords: records,
    },
    text: `${lines.join('\n')}\n${publish}${next}`,
  }
}

/** Another organisation beside those that are there is what "org create" is for. */
async function refusePopulated(session: Session, { dataFolder }: Config): Promise<void> {
  const { OrganizationSummaries } = await session.call('ListOrganizations', { MaxResults: 1 })
  const [first] = OrganizationSummaries as JsonObject[]
  if (first === undefined) return
  throw new UsageFault(
    `${dataFolder} holds the organisation ${first.Alias} already. Add another with "landbridge org create ALIAS", or name a new folder with --data.`,
  )
}

/**
 * Writes the settings into the data folder, where a start without --config finds them, once the work is done: what
 * failed can be tried again. They are on disk under another name before, so that a full disk does not part the two.
 */
async function withSettings<T>(file: string, values: Partial<Config>, work: () => Promise<T>): Promise<T> {
  const fresh = `${file}.new`
  writeFileSync(fresh, formatSettings(values), { mode: 0o600 })
  try {
    const result = await work()
    renameSync(fresh, file)
    return result
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}
