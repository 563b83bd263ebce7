import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { RequestHeaders } from '#src/wire/ews/message.ts'
import type { EwsCaller } from './caller.ts'
import type { Places } from './places.ts'
import type { EwsServices } from './services.ts'

/** One request while it is answered. */
export type EwsCall = {
  services: EwsServices
  caller: EwsCaller
  /** Mailboxes and folders that the caller reaches. */
  places: Places
  headers: RequestHeaders
  /** On whose clock times without an offset are meant (TimeZoneContext); UTC without one. */
  zone: TimeZone
  /** Another system asks for its users: what is not here is not asked for elsewhere (exchange-interop.md 2.4). */
  proxied: boolean
  /** Of the client, for who may sign in from where and for the trace of mail. */
  clientAddress: string
  /** Aborts when the client is gone or the time is over. */
  signal: AbortSignal
  /** Aborts when the client is gone, whatever the time. */
  gone: AbortSignal
  /** Aborts when the service stops. */
  stopping: AbortSignal
}
