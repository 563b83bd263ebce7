import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { configFileName } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { formatSettings } from '#src/config/settings-file.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { formatRecords } from '../dns-records.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples } from '../options.ts'
import type { Result } from '../result.ts'
import { Session } from '../session.ts'
import { collect, parseSettings, type SettingOptions, settingOptions } from '../setting-options.ts'
import { UsageFault } from '../usage-fault.ts'

type Options = GlobalOptions & SettingOptions & { org: string; domain?: string[] }

/** `landbridge init` */
export function initCommand(cli: Cli): Command {
  const command = new Command('init')
    .description(
      'make a data folder with its settings, an organisation and its mail domains, without a question',
    )
    .requiredOption('--org <alias>', 'alias of the organisation: letters, digits, hyphens')
    .option('--domain <name>', 'a mail domain of the organisation; may be repeated', collect, [])
  settingOptions(command)
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
    if (isSet && (options.config !== undefined || holdsOther(named, settings.values))) {
      throw new UsageFault(
        `There is a configuration already, ${options.config ?? named}. Write the settings there, and leave their options out here.`,
      )
    }
    const wished = {
      Alias: given.org,
      Domains: (given.domain ?? []).map((DomainName) => ({ DomainName })),
    }
    const { judgeOrganization } = await import('#src/app/judge-organization.ts')
    judgeOrganization(config, wished)
    const connection = await cli.connect(config, { create: true })
    try {
      const session = new Session(cli.io, connection, {})
      await refusePopulated(session, config)
      const make = async () => String((await session.call('CreateOrganization', wished)).OrganizationId)
      const id = isSet ? await withSettings(named, settings.values, make) : await make()
      return await cli.print(await describeMade(session, id, given, config, isSet ? named : null), options)
    } finally {
      await connection.close()
    }
  })
}

async function describeMade(
  session: Session,
  OrganizationId: string,
  options: Options,
  config: Config,
  file: string | null,
): Promise<Result> {
  const domains = options.domain ?? []
  const organization = await session.call('DescribeOrganization', { OrganizationId })
  const records: JsonObject[] = []
  for (const DomainName of domains) {
    const { Records } = await session.call('GetMailDomain', { OrganizationId, DomainName })
    records.push(...(Records as JsonObject[]))
  }
  const lines = [
    `Organisation ${options.org} is made in ${config.dataFolder}: ${OrganizationId}`,
    ...(file === null ? [] : [`Settings are in ${file}`]),
    `Its test domain is ${organization.DefaultMailDomain}`,
  ]
  const publish =
    records.length === 0
      ? ''
      : `\nPublish these DNS records, then run "landbridge domain check NAME":\n${formatRecords(records, ['Type', 'Hostname', 'Value'])}`
  const next = '\nNext: "landbridge user add NAME", then "landbridge serve".\n'
  return {
    json: {
      OrganizationId,
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
  throw new NothingChanged(
    `${dataFolder} holds the organisation ${first.Alias} already. Add another with "landbridge org create ALIAS", or name a new folder with --data.`,
  )
}

/** Whether there are settings, and not just those that an `init` left which was killed before it had made anything. */
const holdsOther = (file: string, values: Partial<Config>): boolean =>
  existsSync(file) && readFileSync(file, 'utf8') !== formatSettings(values)

/**
 * Writes the settings into the data folder, where a start without --config finds them, before the work: whoever finds an organisation
 * finds them too. What failed can be tried again.
 */
async function withSettings<T>(file: string, values: Partial<Config>, work: () => Promise<T>): Promise<T> {
  const fresh = `${file}.new`
  try {
    writeFileSync(fresh, formatSettings(values), { mode: 0o600 })
    renameSync(fresh, file)
    return await work()
  } catch (error) {
    for (const each of [fresh, file]) rmSync(each, { force: true })
    throw error
  }
}
