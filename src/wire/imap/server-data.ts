import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { formatString, isAtom, toWire } from './strings.ts'

/** `CAPABILITY IMAP4rev1 …`, or `ENABLED …`. SyntaxFault for what is no capability. */
export function formatCapabilities(name: 'CAPABILITY' | 'ENABLED', capabilities: readonly string[]): string {
  for (const capability of capabilities) if (!isAtom(capability)) throw new SyntaxFault('Not a capability')
  return [name, ...capabilities].join(' ')
}

/** Arguments of ENABLE, in upper case. */
export function parseEnable(args: ImapArguments): string[] {
  const capabilities = [args.atom().toUpperCase()]
  while (args.hasMore()) capabilities.push(args.atom().toUpperCase())
  args.end()
  return capabilities
}

/** Who a program is (RFC 2971): names in lower case. */
export type Identity = ReadonlyMap<string, string | null>

/** RFC 2971 §3.3. */
const mostFields = 30

/** `NIL` or `("name" "x" …)`: arguments of the command, and of the response behind `ID `. */
export function parseId(args: ImapArguments): Identity {
  const identity = new Map<string, string | null>()
  if (!args.nil()) {
    args.list(() => {
      const name = args.string().toLowerCase()
      args.space()
      const value = args.nstringLenient()
      if (identity.size < mostFields) identity.set(name.slice(0, 30), value?.slice(0, 1024) ?? null)
    })
  }
  args.end()
  return identity
}

export function formatId(identity: Identity): string {
  if (identity.size === 0) return 'NIL'
  const texts = [...identity].map(([name, value]) => `${formatString(name)} ${formatIdValue(value)}`)
  return `(${texts.join(' ')})`
}

const formatIdValue = (value: string | null) =>
  value === null ? 'NIL' : formatString(toWire(value).replace(/[^\x20-\x7e]/g, '?'))
