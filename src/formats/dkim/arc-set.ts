import { type HeaderField, parseFields } from '../header/fields.ts'
import { refuseLineBreaks } from '../header/injection.ts'
import { chosenFields } from './canonical-header.ts'
import { signatureTags, signedField, signedNames } from './dkim-signature.ts'
import type { Signable } from './signable.ts'
import { algorithmOf, type SigningKey } from './signing-key.ts'
import { tagOf } from './tags.ts'

/** What was found when the chain of the message was verified on its way in (`cv=`). */
export type ChainState = 'none' | 'pass' | 'fail'

/** RFC 8617 §4.2.1. */
const MAX_INSTANCE = 50
const parts = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'] as const
type Part = (typeof parts)[number]
type ArcSet = { instance: number; fields: ReadonlyMap<Part, HeaderField> }

/**
 * The three fields that seal a message which is forwarded (RFC 8617 §5.1), in the order to put them in front, CRLF after each; empty
 * when it may not be sealed: its chain has failed under an earlier sealer, or is full. `authenticationResults` is the value
 * of our Authentication-Results, `mx.example.net; spf=pass …`, on one line; what is not ASCII in it becomes `?`.
 */
export async function arcSet(
  { header, bodyHash }: Signable,
  key: SigningKey,
  verified: { chain: ChainState; authenticationResults: string },
  now: number,
): Promise<string> {
  const fields = parseFields(header)
  const earlier = readSets(fields)
  const instance = Math.max(0, ...earlier.map((set) => set.instance)) + 1
  if (instance > MAX_INSTANCE || hasFailed(earlier.at(-1))) return ''
  const state = chainState(earlier, verified.chain)

  const results = foldedResults(`i=${instance}; ${refuseLineBreaks(verified.authenticationResults)}`)
  const names = signedNames(fields, ['dkim-signature'])
  const message = await signedField(
    'ARC-Message-Signature',
    [['i', String(instance)], ...signatureTags(key, names, bodyHash, now)],
    chosenFields(fields, names),
    key,
  )
  const own = [fieldOf(`ARC-Authentication-Results: ${results}`), fieldOf(message)]
  // A broken chain is not vouched for: the seal covers its own set only (§5.1.2).
  const covered = state === 'fail' ? [] : earlier.flatMap((set) => parts.map((part) => set.fields.get(part)!))
  const seal = await signedField(
    'ARC-Seal',
    [
      ['i', String(instance)],
      ['a', algorithmOf(key)],
      ['t', String(Math.floor(now / 1_000))],
      ['cv', state],
      ['d', key.domain],
      ['s', key.selector],
    ],
    [...covered, ...own],
    key,
  )
  return [seal, message, `ARC-Authentication-Results: ${results}`].map((field) => `${field}\r\n`).join('')
}

/** By instance. A field whose `i=` cannot be read counts for none. */
function readSets(fields: readonly HeaderField[]): ArcSet[] {
  const sets = new Map<number, Map<Part, HeaderField>>()
  for (const field of fields) {
    const part = parts.find((each) => each === field.key)
    const instance =
      part === undefined ? 0 : Number(/^\d{1,2}$/.exec(tagOf(field.value, 'i') ?? '')?.[0] ?? 0)
    if (part === undefined || instance === 0) continue
    const set = sets.get(instance) ?? new Map<Part, HeaderField>()
    sets.set(instance, set.set(part, field))
  }
  return [...sets]
    .map(([instance, found]) => ({ instance, fields: found }))
    .sort((a, b) => a.instance - b.instance)
}

const hasFailed = (set: ArcSet | undefined): boolean =>
  tagOf(set?.fields.get('arc-seal')?.value ?? '', 'cv')?.toLowerCase() === 'fail'

/** What was verified, unless the sets we see cannot have verified so. */
function chainState(sets: readonly ArcSet[], verified: ChainState): ChainState {
  if (sets.length === 0) return 'none'
  const whole = sets.every(
    ({ instance, fields }, index) => instance === index + 1 && fields.size === parts.length,
  )
  return verified === 'pass' && whole ? 'pass' : 'fail'
}

function fieldOf(text: string): HeaderField {
  const colon = text.indexOf(':')
  const name = text.slice(0, colon)
  return { name, key: name.toLowerCase(), value: text.slice(colon + 1) }
}

/** One method a line, and nothing that a header cannot hold. */
const foldedResults = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').replaceAll('; ', ';\r\n\t')
