import { z } from 'zod'
import type { Gateway, GatewayTls } from '#src/domain/gateway/gateway.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present } from './entries.ts'

/** The members that actions on gateways share. What they must be like in detail, the domain says. */

export const gatewayName = z.string().min(1).max(64)

const words = {
  REQUIRED: 'required',
  IMPLICIT: 'implicit',
  OPPORTUNISTIC: 'opportunistic',
  NEVER: 'never',
} as const satisfies Record<string, GatewayTls>

/** STARTTLS or no mail; TLS from the first octet; STARTTLS where offered; no TLS. */
const tlsMode = z.enum(['REQUIRED', 'IMPLICIT', 'OPPORTUNISTIC', 'NEVER']).transform((word) => words[word])

export const gatewayFields = {
  Host: z.string().min(1).max(253),
  Port: z.number().int().min(1).max(65_535),
  Tls: tlsMode,
  /** PEM; empty: the usual ones. */
  Authorities: z.string().max(65_536),
  /** Empty: no sign-in. */
  UserName: z.string().max(1_000),
  Password: z.string().min(1).max(1_000),
  /** `example.com`, `*.example.com`, `*`. */
  Recipients: z.array(z.string().min(1).max(255)).max(250),
}

/** Everything but the password, of which only is told whether there is one. */
export const gatewayMembers = (gateway: Gateway): JsonObject =>
  present({
    Name: gateway.name,
    Host: gateway.host,
    Port: gateway.port,
    Tls: gateway.tls.toUpperCase(),
    Authorities: gateway.authorities ?? undefined,
    UserName: gateway.user ?? undefined,
    HasPassword: gateway.user !== null,
    Recipients: [...gateway.recipients],
  })

/** An empty text takes a value away. */
export const orNull = (text: string): string | null => (text === '' ? null : text)
