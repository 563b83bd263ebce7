import type { Command } from 'commander'
import { isSettingName } from '#src/config/file-values.ts'
import { nearestName } from '#src/config/nearest-name.ts'
import { type Config, type SettingName, settingNames, settings } from '#src/config/settings.ts'
import { UsageFault } from './usage-fault.ts'

/** Options with a name of their own, each with the setting that it is. */
const shortcuts = {
  adminPort: {
    setting: 'admin.port',
    flags: '--admin-port <port>',
    prose: 'port of the administration API (setting admin.port)',
  },
  healthPort: {
    setting: 'health.port',
    flags: '--health-port <port>',
    prose: 'port of the health endpoint (setting health.port)',
  },
  hostname: {
    setting: 'service.hostname',
    flags: '--hostname <name>',
    prose: 'name under which clients reach the service (setting service.hostname)',
  },
} as const

export type SettingOptions = { set?: string[] } & { [name in keyof typeof shortcuts]?: string }

/** Lets a command take settings. */
export function settingOptions(command: Command): Command {
  for (const { flags, prose } of Object.values(shortcuts)) command.option(flags, prose)
  return command.option('--set <name=value>', 'any other setting; may be repeated', collect, [])
}

export const collect = (value: string, before: string[]): string[] => [...before, value]

/** Settings, and how each was written: `--set admin.port`, `--admin-port`. */
export type GivenSettings = { values: Partial<Config>; names: Partial<Record<SettingName, string>> }

/** The settings that options of the command line give. Throws `UsageFault` for a name that is none, and for two values of one. */
export function parseSettings(options: SettingOptions): GivenSettings {
  const given: [name: string, value: string, option: string][] = (options.set ?? []).map((text) => {
    const mark = text.indexOf('=')
    if (mark < 1) throw new UsageFault(`--set ${text}: write it as NAME=VALUE, for example log.level=debug.`)
    const name = text.slice(0, mark)
    return [name, text.slice(mark + 1), `--set ${name}`]
  })
  for (const [name, { setting, flags }] of Object.entries(shortcuts)) {
    const text = options[name as keyof typeof shortcuts]
    if (text !== undefined) given.push([setting, text, flags.split(' ')[0]!])
  }
  const found = new Map<SettingName, { text: string; option: string }>()
  for (const [written, text, option] of given) {
    const name = requireName(written)
    const before = found.get(name)
    if (before !== undefined && before.text !== text) {
      throw new UsageFault(
        `${name} is given twice, as ${before.text} (${before.option}) and as ${text} (${option}). Leave one out.`,
      )
    }
    found.set(name, { text, option })
  }
  const each = [...found]
  return {
    values: Object.fromEntries(each.map(([name, { text }]) => [name, parseValue(name, text)])),
    names: Object.fromEntries(each.map(([name, { option }]) => [name, option])),
  }
}

function requireName(name: string): SettingName {
  if (isSettingName(name)) {
    if (settings[name].kind !== 'secret') return name
    throw new UsageFault(
      `${name} is a secret. Give it in the configuration file, as file: PATH or variable: NAME.`,
    )
  }
  const near = nearestName(name, settingNames)
  throw new UsageFault(`There is no setting ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
}

const parseValue = (name: SettingName, text: string): string | number =>
  settings[name].kind === 'number' && /^-?\d{1,15}$/.test(text) ? Number(text) : text
