import type { LookupFunction } from 'node:net'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import type { HttpsScheme } from '#src/clients/https/offered-schemes.ts'
import type { PeerTls } from '#src/clients/https/secure-sockets.ts'
import type { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import type {
  FreeBusy,
  FreeBusyAnswer,
  FreeBusyQuestion,
  FreeBusySource,
} from '#src/domain/availability/free-busy-source.ts'
import type { FreeBusyResponseType } from '#src/wire/ews/schema-types.ts'
import { formatSerializableZone } from '#src/wire/ews/serializable-zone.ts'
import { failureOfCode } from './ews-reasons.ts'
import { type AskedWindow, freeBusyOfView } from './ews-view.ts'
import { troubleOf } from './peer-trouble.ts'

type ExchangeServer = {
  /** `https://mail.corp.example/EWS/Exchange.asmx` */
  endpoint: string
  user: string
  password: string
  scheme?: HttpsScheme
  tls?: PeerTls
  lookup?: LookupFunction
  kerberos?: KerberosTickets | undefined
  /** Of this program, for the user agent. */
  version: string
  callMs?: number
}

/** A source that keeps connections. */
export type OpenSource = FreeBusySource & { close(): void }

const DAY_MS = 86_400_000
/** Exchange's own limit for a question (exchange-interop.md 2.2). */
const MOST_DAYS = 42
const MINUTES = 15
const CALL_MS = 15_000

/** Who gets a question with this header does not pass it on, so that two systems never ask each other in a circle. */
const hopHeader = 'x-landbridge-hop'

/** No change of a clock matters in UTC. Without both transitions Exchange refuses the whole request. */
const inUtc = formatSerializableZone({ standardOffsetMs: 0, daylight: null })

/** An Exchange server, or another Landbridge (FBI-04), asked by GetUserAvailability with a service account (FBI-01). */
export function exchangeFreeBusy(server: ExchangeServer): OpenSource {
  const { endpoint, user, password, scheme, tls, lookup, version, callMs = CALL_MS } = server
  const client = new EwsClient(
    {
      url: endpoint,
      login: { user, password, ...(scheme && { scheme }) },
      ...(tls && { tls }),
      ...(lookup && { lookup }),
      kerberos: server.kerberos,
    },
    version,
  )
  const name = client.url.host

  async function askWindow(
    { addresses, detailed }: FreeBusyQuestion,
    window: AskedWindow,
    signal: AbortSignal,
  ): Promise<FreeBusyAnswer[]> {
    const { FreeBusyResponseArray: responses = [] } = await client.call(
      'GetUserAvailability',
      {
        TimeZone: inUtc,
        MailboxDataArray: addresses.map((address) => ({
          Email: { Address: address },
          AttendeeType: 'Required',
          ExcludeConflicts: false,
        })),
        FreeBusyViewOptions: {
          TimeWindow: { StartTime: clock(window.from), EndTime: clock(window.to) },
          MergedFreeBusyIntervalInMinutes: window.minutes,
          RequestedView: [detailed ? 'DetailedMerged' : 'FreeBusyMerged'],
        },
      },
      { signal, timeoutMs: callMs, http: { [hopHeader]: '1' } },
    )
    return addresses.map((address, at) => answerOf(name, address, responses[at], window))
  }

  return {
    name,
    async ask(question, signal) {
      try {
        const parts = await Promise.all(
          windowsOf(question).map((window) => askWindow(question, window, signal)),
        )
        return question.addresses.map((_, at) => parts.map((part) => part[at]!).reduce(together))
      } catch (error) {
        throw error instanceof HttpsFailure ? troubleOf(error) : error
      }
    },
    close: () => client.close(),
  }
}

/** Whole days of UTC, at most 42 at once. */
function windowsOf({ from, to }: FreeBusyQuestion): AskedWindow[] {
  const first = Math.floor(from / DAY_MS)
  const last = Math.max(first + 1, Math.ceil(to / DAY_MS))
  const windows: AskedWindow[] = []
  for (let day = first; day < last; day += MOST_DAYS) {
    const end = Math.min(last, day + MOST_DAYS)
    windows.push({ from: day * DAY_MS, to: end * DAY_MS, minutes: MINUTES })
  }
  return windows
}

const clock = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19)

function answerOf(
  name: string,
  address: string,
  response: FreeBusyResponseType | undefined,
  window: AskedWindow,
): FreeBusyAnswer {
  const { ResponseMessage: message, FreeBusyView: view } = response ?? {}
  const failure = (code: string | undefined, text: string | undefined): FreeBusyAnswer => ({
    address,
    failure: failureOfCode(name, code, text),
  })
  if (message?.ResponseClass === 'Error') return failure(message.ResponseCode, message.MessageText)
  if (view === undefined) return failure(undefined, `it says nothing about ${address}`)
  // A server that may tell nothing says so in the view alone.
  if (view.FreeBusyViewType.includes('None')) return failure('ErrorNoFreeBusyAccess', undefined)
  try {
    return { address, freeBusy: freeBusyOfView(view, window) }
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return failure(undefined, error.message)
  }
}

/** Two windows that follow each other as one; an event in both is there once. A failure of one is one of all. */
function together(before: FreeBusyAnswer, after: FreeBusyAnswer): FreeBusyAnswer {
  if (!('freeBusy' in before)) return before
  if (!('freeBusy' in after)) return after
  const one = before.freeBusy
  const two = after.freeBusy
  const known = new Set(one.times.map(keyOf))
  const unknown = [...(one.unknown ?? []), ...(two.unknown ?? [])]
  return {
    address: before.address,
    freeBusy: {
      times: [...one.times, ...two.times.filter((time) => !known.has(keyOf(time)))],
      workingHours: one.workingHours ?? two.workingHours,
      detailed: one.detailed && two.detailed,
      ...(unknown.length > 0 && { unknown }),
    },
  }
}

const keyOf = ({ startMs, endMs, busy, details }: FreeBusy['times'][number]): string =>
  `${startMs} ${endMs} ${busy} ${details?.subject ?? ''}`
