import { Command } from 'commander'
import { configDocs, formatConfigDocs } from '#src/config/config-docs.ts'
import type { Secret } from '#src/config/setting.ts'
import { type Config, type SettingName, settingNames, settings } from '#src/config/settings.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { examples } from '../options.ts'
import { parseSettings, type SettingOptions, settingOptions } from '../setting-options.ts'
import { formatTable } from '../table.ts'

/** `landbridge config` */
export function configCommand(cli: Cli): Command {
  const config = new Command('config').description('the settings in force, and what they mean')
  examples(
    config,
    'landbridge config show',
    'landbridge config check --config /etc/landbridge.yaml',
    'landbridge config check --admin-port 9443 --set log.level=debug',
    'landbridge config docs',
  )

  const show = settingOptions(config.command('show')).description(
    'every setting, its value and where that came from; secrets only as references',
  )
  cli.does(show, async (options: GlobalOptions & SettingOptions) => {
    const { config: values, sources } = cli.config(options, parseSettings(options))
    const rows = settingNames.map((name) => ({
      Name: name,
      Value: shown(values, name),
      Source: sources[name],
    }))
    const columns = [
      { title: 'Setting', show: 'Name' },
      { title: 'Value', show: 'Value' },
      { title: 'From', show: 'Source' },
    ]
    return cli.print({ json: rows satisfies JsonObject[], text: formatTable(columns, rows) }, options)
  })

  const check = settingOptions(config.command('check')).description(
    'whether a service can start with this configuration: its files, secrets, addresses and token are tried; exit code 78 when not',
  )
  cli.does(check, async (options: GlobalOptions & SettingOptions) => {
    const loaded = cli.config(options, parseSettings(options))
    const { preflight } = await import('#src/app/preflight.ts')
    await preflight(loaded)
    const { checkPlace } = await import('#src/app/data-folder.ts')
    await checkPlace(loaded.config)
    const { file } = loaded
    return cli.print(
      { json: { File: file }, text: `The configuration is good (${file ?? 'no file'}).\n` },
      options,
    )
  })

  const docs = config.command('docs').description('every setting there is, as a page of Markdown')
  cli.does(docs, async (options) => cli.print({ json: configDocs(), text: formatConfigDocs() }, options))

  return config
}

function shown(values: Config, name: SettingName): string | number {
  const value = values[name]
  if (settings[name].kind !== 'secret') return value as string | number
  if (value === null) return ''
  const reference = value as Secret
  return 'file' in reference ? `file ${reference.file}` : `variable ${reference.variable}`
}
