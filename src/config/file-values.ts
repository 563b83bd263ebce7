import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { ConfigFault, type Fault } from './config-fault.ts'
import { nearestName } from './nearest-name.ts'
import { type SettingName, settingNames, settings } from './settings.ts'

/** A value as it was written, and where. */
export type Found = {
  value: unknown
  where: string
  /** The letters in the file, where it is a single value. */
  written?: string | undefined
}

const longestFileBytes = 1_048_576
const mostErrors = 3

/**
 * The settings that a configuration file holds, not yet checked for their types. Unknown and repeated names are `faults`
 * naming file and line; text that is not YAML is a `ConfigFault`.
 */
export function readFileValues(
  file: string,
  source: string,
): { found: Map<SettingName, Found>; faults: Fault[] } {
  const lines = new LineCounter()
  const at = (offset: number | undefined) => `${file}:${lines.linePos(offset ?? 0).line}`
  if (source.length > longestFileBytes) {
    const problem = 'The file is longer than 1 MB, so it is not a configuration file.'
    throw new ConfigFault([{ where: file, problem, remedy: 'Name the right file with --config.' }])
  }
  const document = parseYaml(file, source, lines)
  if (document.errors.length > 0) {
    throw new ConfigFault(
      // What follows the first few is mostly their echo.
      document.errors.slice(0, mostErrors).map((error) => ({
        where: at(error.pos[0]),
        problem: `This is not YAML: ${error.message.replace(/[.\s]*$/, '.')}`,
        remedy: 'Settings are written as "name: value", sections are indented by two spaces.',
      })),
    )
  }

  const found = new Map<SettingName, Found>()
  const faults: Fault[] = []
  const keep = (name: SettingName, { value, where, written }: Found) => {
    const before = found.get(name)
    if (before === undefined) found.set(name, { value, where, written })
    else
      faults.push({
        where,
        setting: name,
        problem: `It was set before, at ${before.where}.`,
        remedy: 'Remove one.',
      })
  }
  const walk = (map: YAMLMap, section: string) => {
    for (const pair of map.items as Pair[]) {
      const offset = (pair.key as { range?: [number] } | null)?.range?.[0]
      const where = at(offset)
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      const name = section === '' ? key : `${section}.${key}`
      if (isSettingName(name)) {
        const value = plainValue(pair.value, document)
        if (value === tangled) faults.push(tangledValue(where, name))
        else keep(name, { value, where, written: isScalar(pair.value) ? pair.value.source : undefined })
      } else if (settingNames.some((known) => known.startsWith(`${name}.`))) {
        if (isMap(pair.value)) walk(pair.value, name)
        else if (!isScalar(pair.value) || pair.value.value !== null) faults.push(notASection(where, name))
      } else {
        faults.push(unknownSetting(where, name))
      }
    }
  }
  if (isMap(document.contents)) walk(document.contents, '')
  else if (document.contents !== null && !(isScalar(document.contents) && document.contents.value === null)) {
    const remedy = 'Write one setting a line, as "name: value".'
    faults.push({ where: at(0), problem: 'The file holds no settings.', remedy })
  }
  return { found, faults }
}

/** A file nested deeper than the parser can follow is no configuration either. */
function parseYaml(file: string, source: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(source, { lineCounter, prettyErrors: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const remedy = 'Write one setting a line, as "name: value".'
    throw new ConfigFault([{ where: file, problem: 'The file is nested too deeply.', remedy }])
  }
}

const tangled = Symbol('tangled')

/** Aliases may lead nowhere, to what holds them, or to more than memory takes: yaml throws what it is not asked to name. */
function plainValue(node: unknown, document: Document): unknown {
  try {
    return (node as { toJS?: (document: unknown) => unknown } | null)?.toJS?.(document) ?? null
  } catch {
    return tangled
  }
}

function tangledValue(where: string, name: string): Fault {
  const problem = 'An alias (*name) in it cannot be followed.'
  return { where, setting: name, problem, remedy: 'Write the value itself.' }
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}

function notASection(where: string, name: string): Fault {
  const inside = settingNames.find((known) => known.startsWith(`${name}.`))!.slice(name.length + 1)
  return {
    where,
    setting: name,
    problem: 'This is a section and takes no value of its own.',
    remedy: `Write its settings below it, indented, for example "${inside}: …".`,
  }
}

function unknownSetting(where: string, name: string): Fault {
  const near = nearestName(name, settingNames) ?? settingNames.find((known) => known.endsWith(`.${name}`))
  const remedy = near === undefined ? 'List all with "landbridge config docs".' : `Did you mean ${near}?`
  return { where, setting: name, problem: 'There is no such setting.', remedy }
}
