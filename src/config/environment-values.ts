import { type Fault, formatFault } from './config-fault.ts'
import type { Found } from './file-values.ts'
import { nearestName } from './nearest-name.ts'
import { environmentName, type SettingName, settingNames, settings } from './settings.ts'

/** Variables that start with LANDBRIDGE_ and are no setting. */
const others = ['LANDBRIDGE_CONFIG', 'LANDBRIDGE_DEBUG']
/** What the tests of Landbridge itself read. */
const forTests = ['PEERS', 'SEED', 'FUZZ', 'FUZZ_SEED', 'CRASHES'].map((name) => `LANDBRIDGE_${name}`)

/**
 * The settings that the environment holds. A secret stays where it is: `NAME` set gives a reference to that
 * variable, `NAME_FILE` one to a file. A LANDBRIDGE_ variable that means nothing is `ignored`, with a sentence, unless
 * it is one of `referred`, which the configuration file names as the place of a secret: others than us set variables
 * (a cluster one for each service), so it must not stop anything.
 */
export function readEnvironmentValues(
  environment: NodeJS.ProcessEnv,
  referred: ReadonlySet<string>,
): { found: Map<SettingName, Found>; ignored: string[] } {
  const found = new Map<SettingName, Found>()
  const known = new Set([...others, ...forTests])
  for (const name of settingNames) {
    const variable = environmentName(name)
    known.add(variable)
    const { kind } = settings[name]
    const text = environment[variable]
    if (kind === 'secret') {
      const fileVariable = `${variable}_FILE`
      known.add(fileVariable)
      const file = environment[fileVariable]
      if (text) found.set(name, { value: { variable }, where: variable })
      else if (file) found.set(name, { value: { file }, where: fileVariable })
    } else if (text !== undefined && text !== '') {
      const value = kind === 'number' && /^-?\d{1,15}$/.test(text) ? Number(text) : text
      found.set(name, { value, where: variable })
    }
  }
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('LANDBRIDGE_') && !known.has(name) && !referred.has(name),
  )
  const names = [...known].filter((name) => !forTests.includes(name))
  return { found, ignored: unknown.map((name) => formatFault(unknownVariable(name, names))) }
}

function unknownVariable(name: string, known: readonly string[]): Fault {
  const near = nearestName(name, known)
  const remedy =
    near === undefined ? `Unset it, or list all with "landbridge config docs".` : `Did you mean ${near}?`
  return {
    where: `environment variable ${name}`,
    problem: 'There is no such setting, so it is ignored.',
    remedy,
  }
}
