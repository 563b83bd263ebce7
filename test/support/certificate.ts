import { isIP } from 'node:net'
import { generate } from 'selfsigned'

export type Pair = { cert: string; key: string }

const DAY_MS = 86_400_000

/**
 * A certificate for these names, of its own authority, begun yesterday: the clock by which OpenSSL looks may be a tick behind ours, so that
 * what begins in this second has not begun there. `days`: how long it is good from now on.
 */
export async function certificateFor(
  names: readonly string[],
  { commonName = names[0]!, algorithm = 'sha256', days = 365 } = {},
): Promise<Pair> {
  const now = Date.now()
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm,
    notBeforeDate: new Date(Math.min(now, now + days * DAY_MS) - DAY_MS),
    notAfterDate: new Date(now + days * DAY_MS),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}
