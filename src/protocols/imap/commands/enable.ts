import { formatCapabilities, parseEnable } from '#src/wire/imap/server-data.ts'
import { command } from '../command.ts'
import type { Enabled } from '../session.ts'

/** As they are told, by what clients send. */
const offered = new Map<string, { extension: Enabled; told: string }>([
  ['IMAP4REV2', { extension: 'IMAP4REV2', told: 'IMAP4rev2' }],
  ['UTF8=ACCEPT', { extension: 'UTF8=ACCEPT', told: 'UTF8=ACCEPT' }],
  ['CONDSTORE', { extension: 'CONDSTORE', told: 'CONDSTORE' }],
  ['QRESYNC', { extension: 'QRESYNC', told: 'QRESYNC' }],
])

/** ENABLE, RFC 9051 §6.3.1: unknown ones are passed over. */
export const enable = command({
  name: 'ENABLE',
  state: 'authenticated',
  parse: parseEnable,

  run: (session, wanted) => {
    const known = [...new Set(wanted)].flatMap((name) => offered.get(name) ?? [])
    for (const { extension } of known) session.enable(extension)
    session.untagged(
      formatCapabilities(
        'ENABLED',
        known.map(({ told }) => told),
      ),
    )
    return undefined
  },
})
