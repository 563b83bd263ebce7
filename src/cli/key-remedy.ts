import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** What to run about the key of an organisation that cannot be used; undefined where it can. */
export const keyRemedy = ({ KeyState, Alias }: JsonObject): string | undefined => {
  if (KeyState === 'enabled') return undefined
  return KeyState === 'disabled'
    ? `landbridge key enable --org ${Alias}`
    : '"landbridge check --no-bodies" says what is in the way'
}
