import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { configFileName } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { Session as CommandSession } from '../session.ts'
import { collectSetting, parseSettings } from '../setting-options.ts'
import { formatTable } from '../table.ts'
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
    const file = Object.keys(settings).length === 0 ? null : writeSettings(config, settings, options.config)
    const { connectAdmin } = await import('#src/app/connect.ts')
    const connection = await connectAdmin(config, { create: true })
    try {
      const session = new CommandSession(cli.io, connection, {})
      return await cli.print(await makeOrganization(session, given, config, file), options)
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
  const columns = ['Type', 'Hostname', 'Value'].map((title) => ({ title, show: title }))
  const publish =
    records.length === 0
      ? ''
      : `\nPublish these DNS records, then run "landbridge domain check NAME":\n${formatTable(columns, records)}`
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

/** Into the data folder, where a start without --config finds it. */
function writeSettings(config: Config, settings: Partial<Config>, named: string | undefined): string {
  const file = join(config.dataFolder, configFileName)
  if (named !== undefined || existsSync(file)) {
    throw new UsageFault(
      `There is a configuration already, ${named ?? file}. Write the settings there, and leave their options out here.`,
    )
  }
  const sections: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(settings)) {
    const parts = name.split('.')
    const last = parts.pop()!
    let section = sections
    for (const part of parts) {
      section[part] ??= {}
      section = section[part] as Record<string, unknown>
    }
    section[last] = value
  }
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 })
  writeFileSync(file, stringify(sections), { mode: 0o600, flag: 'wx' })
  return file
}
