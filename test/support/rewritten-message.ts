/** A message as a server writes it that keeps properties and no octets: otherwise at each reading. */

export type SaidPart =
  | { text: string; html?: boolean }
  | { file: Uint8Array; name: string; type?: string }
  | { message: SaidMessage }
export type SaidMessage = { fields: Readonly<Record<string, string>>; parts: readonly SaidPart[] }

/** `random`: at least 0, below the number given. */
export type Random = (below: number) => number

/** Octets that say that message: boundaries, folding, order of fields, encodings, charsets, line ends and what is noted on the way are drawn. */
export function rewritten(said: SaidMessage, random: Random): Buffer {
  const text = messageOf(said, random)
  return Buffer.from(random(2) === 0 ? text : text.replaceAll('\r\n', '\n'), 'latin1')
}

const half = (random: Random): boolean => random(2) === 0

/** As Latin-1 of its octets, with CRLF. */
function messageOf({ fields, parts }: SaidMessage, random: Random): string {
  const noted = {
    Received: `from a.example by b.example; ${random(28) + 1} Jun 2026 10:00:00 +0000`,
    'X-MS-Exchange-Organization-AuthAs': `${random(1e9)}`,
    ...(half(random) && { 'X-Originating-IP': `[10.0.0.${random(255)}]` }),
  }
  const head = shuffled(Object.entries({ ...fields, ...noted, 'MIME-Version': '1.0' }), random)
    .map(([name, value]) => `${half(random) ? name : name.toLowerCase()}: ${folded(value, random)}\r\n`)
    .join('')
  return head + multipartOf(parts, random)
}

function multipartOf(parts: readonly SaidPart[], random: Random): string {
  if (parts.length === 1 && half(random)) return partOf(parts[0]!, random)
  const boundary = `_${random(1e9).toString(36)}_${random(1e9).toString(36)}_`
  const preamble = half(random) ? 'This is a multi-part message in MIME format.\r\n' : ''
  const all = parts.map((part) => `--${boundary}\r\n${partOf(part, random)}\r\n`)
  return `Content-Type: multipart/mixed;${half(random) ? '\r\n\t' : ' '}boundary="${boundary}"\r\n\r\n${preamble}${all.join('')}--${boundary}--\r\n`
}

function partOf(part: SaidPart, random: Random): string {
  if ('message' in part) {
    const made = { Date: `Tue, ${random(28) + 1} Jun 2026 10:00:00 +0000` }
    const { fields, parts } = part.message
    return `Content-Type: message/rfc822\r\n\r\n${messageOf({ fields: { ...made, ...fields }, parts }, random)}`
  }
  if ('text' in part) {
    const isLatin = half(random) && Buffer.from(part.text, 'latin1').toString('latin1') === part.text
    const octets = Buffer.from(part.text, isLatin ? 'latin1' : 'utf8')
    const charset = isLatin ? 'iso-8859-1' : 'utf-8'
    return encoded(`text/${part.html ? 'html' : 'plain'}; charset=${charset}`, octets, random)
  }
  const { file, name, type = 'application/octet-stream' } = part
  const named = half(random)
    ? `filename*=utf-8''${encodeURIComponent(name)}`
    : `filename="=?utf-8?B?${Buffer.from(name).toString('base64')}?="`
  const fields = shuffled(
    [`Content-Disposition: attachment; ${named}\r\n`, `X-Part: ${random(9)}\r\n`],
    random,
  )
  return fields.join('') + encoded(type, file, random, true)
}

function encoded(type: string, octets: Uint8Array, random: Random, isFile = false): string {
  const how = isFile ? 'base64' : ['base64', 'quoted-printable', '8bit'][random(3)]!
  const width = 19 * (1 + random(3)) + 1
  const body =
    how === 'base64'
      ? (
          Buffer.from(octets)
            .toString('base64')
            .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
        ).join('\r\n')
      : how === '8bit'
        ? Buffer.from(octets).toString('latin1')
        : quotedPrintable(octets, width)
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${how}\r\n\r\n${body}`
}

function quotedPrintable(octets: Uint8Array, width: number): string {
  const lines = Buffer.from(octets).toString('latin1').split('\r\n')
  const said = (line: string) =>
    line.replace(
      /[^A-Za-z0-9]/g,
      (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
  return lines
    .map((line) =>
      (said(line).match(new RegExp(`(?:=..|.){1,${Math.floor(width / 3)}}`, 'g')) ?? []).join('=\r\n'),
    )
    .join('\r\n')
}

function folded(value: string, random: Random): string {
  return value.replace(/ /g, () => (random(4) === 0 ? '\r\n ' : ' '))
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => [random(1e9), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
}
