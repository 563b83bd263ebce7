import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigFault, type Fault } from './config-fault.ts'
import { readEnvironmentValues } from './environment-values.ts'
import { type Found, readFileValues } from './file-values.ts'
import { checkTogether } from './rules.ts'
import type { Secret, Setting } from './setting.ts'
import { type Config, environmentName, type SettingName, settingNames, settings } from './settings.ts'

/** The configuration, and where each value came from: `default`, `FILE:LINE`, a variable, an option. */
export type LoadedConfig = {
  config: Config
  sources: Readonly<Record<SettingName, string>>
  file: string | null
  /** Sentences about what was found and means nothing. */
  warnings: readonly string[]
}

/** What `landbridge init` writes into the data folder, and what a start without --config reads there. */
export const configFileName = 'landbridge.yaml'

type Options = {
  /** Of --config; LANDBRIDGE_CONFIG stands in for it. */
  file?: string | undefined
  environment: NodeJS.ProcessEnv
  /** Of command-line options; they go before everything else. */
  options?: Partial<Config>
  /** How an option was written where it was not by the name of its own: `--set admin.port`. */
  optionNames?: Partial<Record<SettingName, string>>
  workingFolder?: string
}

/**
 * Option, environment, file, default: the first that says something counts. Without a named file it is
 * `landbridge.yaml` in the data folder, if there is one. Everything that is wrong is one `ConfigFault`.
 */
export function loadConfig({
  file,
  environment,
  options = {},
  optionNames = {},
  workingFolder = process.cwd(),
}: Options): LoadedConfig {
  const named = file ?? (environment.LANDBRIDGE_CONFIG || undefined)
  const dataFolder =
    options.dataFolder ?? (environment[environmentName('dataFolder')] || settings.dataFolder.default)
  const inData = resolve(workingFolder, dataFolder, configFileName)
  const path = named === undefined ? (existsSync(inData) ? inData : null) : resolve(workingFolder, named)

  const { found: fromFile, faults } =
    path === null
      ? { found: new Map<SettingName, Found>(), faults: [] as Fault[] }
      : readFileValues(path, readConfigFile(path))
  const { found: fromEnvironment, ignored } = readEnvironmentValues(environment, variablesOfSecrets(fromFile))

  const config: Record<string, unknown> = {}
  const sources = {} as Record<SettingName, string>
  for (const name of settingNames) {
    const setting: Setting<unknown> = settings[name] as Setting<unknown>
    const found: Found | undefined =
      options[name] !== undefined
        ? { value: options[name], where: optionNames[name] ?? optionName(name) }
        : (fromEnvironment.get(name) ??
          (named === undefined && name === 'dataFolder' ? undefined : fromFile.get(name)))
    const base = found !== undefined && found === fromFile.get(name) ? dirname(path!) : workingFolder
    sources[name] = found?.where ?? 'default'
    const parsed = setting.type.safeParse(found?.value)
    if (found === undefined) config[name] = absolute(setting, setting.default, base)
    else if (parsed.success) config[name] = absolute(setting, parsed.data, base)
    else faults.push(wrongValue(name, setting, found))
  }
  if (faults.length > 0) throw new ConfigFault(faults)
  const checked = config as Config
  const together = checkTogether(checked, sources)
  if (together.length > 0) throw new ConfigFault(together)
  return { config: checked, sources, file: path, warnings: ignored }
}

/** The option that sets it: `--admin-port` for `admin.port`. */
function optionName(name: SettingName): string {
  if (name === 'dataFolder') return '--data'
  return `--${name.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const problem = code === 'ENOENT' ? 'There is no such file.' : `The file cannot be read (${code}).`
    throw new ConfigFault([
      { where: path, problem, remedy: 'Name a readable file with --config or LANDBRIDGE_CONFIG.' },
    ])
  }
}

function absolute(setting: Setting<unknown>, value: unknown, base: string): unknown {
  if (setting.kind === 'path' && value !== '') return resolve(base, value as string)
  if (setting.kind === 'secret' && value !== null) {
    const reference = value as Secret
    return 'file' in reference ? { file: resolve(base, reference.file) } : reference
  }
  return value
}

function variablesOfSecrets(found: ReadonlyMap<SettingName, Found>): Set<string> {
  const names = new Set<string>()
  for (const { value } of found.values()) {
    if (typeof value === 'object' && value !== null && 'variable' in value) names.add(String(value.variable))
  }
  return names
}

function wrongValue(name: SettingName, setting: Setting<unknown>, { value, where, written }: Found): Fault {
  if (setting.kind === 'secret') {
    const problem = 'A secret is not written into the configuration.'
    return { where, setting: name, problem, remedy: `Give ${setting.takes}.` }
  }
  const problem = `${shown(value)} does not fit.`
  if (written !== undefined && typeof value !== 'string' && setting.type.safeParse(written).success) {
    const remedy = `YAML takes it for something else than text: write it in quotes, '${written}'.`
    return { where, setting: name, problem, remedy }
  }
  return { where, setting: name, problem, remedy: `It takes: ${setting.takes}.` }
}

/** A value for people, at most 80 letters long. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'Nothing'
  if (typeof value === 'object') return Array.isArray(value) ? 'A list' : 'What is written here'
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 80)
}
