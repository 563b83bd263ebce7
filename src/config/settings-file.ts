import { stringify } from 'yaml'
import type { Config } from './settings.ts'

/** The text of a configuration file with these settings. */
export const formatSettings = (values: Partial<Config>): string => stringify(sectionsOf(values))

function sectionsOf(values: Partial<Config>): Record<string, unknown> {
  const sections: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const parts = name.split('.')
    const last = parts.pop()!
    let section = sections
    for (const part of parts) {
      section[part] ??= {}
      section = section[part] as Record<string, unknown>
    }
    section[last] = value
  }
  return sections
}
