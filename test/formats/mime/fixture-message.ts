import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../fixtures/messages/', import.meta.url)

/** Names of the messages in fixtures/messages, without `.eml`. */
export const fixtureNames = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => name.slice(0, -4))

export const fixtureMessage = (name: string) => readFileSync(new URL(`${name}.eml`, folder))
