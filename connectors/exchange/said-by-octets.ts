/** What the octets of a message say of it, and EWS shows of it, where no mark says otherwise: importance and sensitivity. */
import type { SourceItem, SourceOctets } from '#src/domain/migration/source.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { importanceIn, sensitivityIn } from '#src/formats/header/importance.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { usual } from './put-properties.ts'

/** Longer headers count as far as this. */
const HEADER_BYTES = 256 * 1024

/** `properties`, and what of importance and sensitivity only the octets of the message say; nothing for what is normal. */
export async function withSaidByOctets(
  properties: SourceItem['properties'],
  message: SourceOctets,
  signal: AbortSignal,
): Promise<SourceItem['properties']> {
  if (IMPORTANCE_KEY in properties && SENSITIVITY_KEY in properties) return properties
  const fields = parseFields(await headerOf(message, signal))
  const said = {
    [IMPORTANCE_KEY]: String(importances.indexOf(importanceIn(fields))),
    [SENSITIVITY_KEY]: String(sensitivities.indexOf(sensitivityIn(fields))),
  }
  const others = Object.entries(said).filter(([key, value]) => value !== usual[key])
  return { ...Object.fromEntries(others), ...properties }
}

/** Up to its empty line (RFC 5322 §2.1). */
async function headerOf(message: SourceOctets, signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of message.open(signal)) {
    pieces.push(piece)
    bytes += piece.length
    const octets = Buffer.concat(pieces, Math.min(bytes, HEADER_BYTES))
    const end = octets.toString('latin1').search(/^\r?\n|\n\r?\n/)
    if (end >= 0) return octets.subarray(0, end + 1)
    if (bytes >= HEADER_BYTES) return octets
  }
  return Buffer.concat(pieces)
}
