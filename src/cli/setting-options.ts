import { isSettingName } from '#src/config/file-values.ts'
import { nearestName } from '#src/config/nearest-name.ts'
import { type Config, type SettingName, settingNames, settings } from '#src/config/settings.ts'
import { UsageFault } from './usage-fault.ts'

type SettingOptions = { set?: string[]; adminPort?: string; healthPort?: string; hostname?: string }

export const collectSetting = (value: string, before: string[]): string[] => [...before, value]

/** The settings that options of the command line give. Throws `UsageFault` for a name that is none. */
export function parseSettings(options: SettingOptions): Partial<Config> {
  const given: [string, string][] = (options.set ?? []).map((text) => {
    const mark = text.indexOf('=')
    if (mark < 1) throw new UsageFault(`--set ${text}: write it as NAME=VALUE, for example log.level=debug.`)
    return [text.slice(0, mark), text.slice(mark + 1)]
  })
  if (options.adminPort !== undefined) given.push(['admin.port', options.adminPort])
  if (options.healthPort !== undefined) given.push(['health.port', options.healthPort])
  if (options.hostname !== undefined) given.push(['service.hostname', options.hostname])
  return Object.fromEntries(
    given.map(([name, value]) => [requireName(name), parseValue(name as SettingName, value)]),
  )
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
