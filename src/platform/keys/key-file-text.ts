import { createHash, timingSafeEqual } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** One organisation key as its file holds it. */
type KeyFile = { id: string; version: number; created: Date; key: Uint8Array }

/**
 * Text of a key file: five lines of `name value`, then `sha256` over them. The checksum tells a cut or
 * mistyped file from a wrong key; it is not a defence, as whoever can write the file has the key.
 */
export function formatKeyFile({ id, version, created, key }: KeyFile): string {
  const body =
    `landbridge-key 1\nid ${id}\nversion ${version}\ncreated ${created.toISOString()}\n` +
    `key ${Buffer.from(key).toString('base64')}\n`
  return `${body}sha256 ${checksum(body)}\n`
}

/** Reads what `formatKeyFile` wrote; CRLF and blank lines at the end are tolerated, editors leave them. */
export function parseKeyFile(source: string): KeyFile {
  const text = `${source.replaceAll('\r\n', '\n').trimEnd()}\n`
  const parts = keyFileText.exec(text)
  if (!parts) throw new SyntaxFault(lineOfOtherFormat(text))
  const [, body, id, version, created, key, sum] = parts
  if (!timingSafeEqual(Buffer.from(checksum(body!)), Buffer.from(sum!))) {
    throw new SyntaxFault('its checksum does not match')
  }
  return { id: id!, version: Number(version), created: new Date(created!), key: Buffer.from(key!, 'base64') }
}

const keyFileText =
  /^(landbridge-key 1\nid ([\w-]{1,128})\nversion ([1-9]\d{0,8})\ncreated (\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)\nkey ([A-Za-z0-9+/]{43}=)\n)sha256 ([0-9a-f]{64})\n$/

const checksum = (body: string) => createHash('sha256').update(body).digest('hex')

function lineOfOtherFormat(text: string): string {
  const version = /^landbridge-key (\d{1,4})\n/.exec(text)?.[1]
  if (version !== undefined && version !== '1')
    return `it has format ${version}, and this release reads format 1`
  return 'it is not a complete key file'
}
