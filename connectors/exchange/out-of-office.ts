import type { Loss, SourceOutOfOffice } from '#src/domain/migration/source.ts'
import type {
  ExternalAudience,
  GetUserOofSettingsResponse,
  OofState,
  SetUserOofSettingsResponse,
  UserOofSettings,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'

const states = { Disabled: 'disabled', Enabled: 'enabled', Scheduled: 'scheduled' } as const
const audiences = { None: 'none', Known: 'known', All: 'all' } as const

/** Its absence; what cannot be said here of it is added to the losses. Rejects with SourceFailure. */
export async function readOutOfOffice(
  session: EwsSession,
  losses: Loss[],
  signal: AbortSignal,
): Promise<SourceOutOfOffice | null> {
  const answer = (await session.ask(
    'GetUserOofSettings',
    { Mailbox: { Address: session.mailbox } },
    signal,
  )) as GetUserOofSettingsResponse
  if (answer.ResponseMessage.ResponseClass === 'Error')
    throw failureOfMessage(answer.ResponseMessage, 'The absence', 'mailbox-permanent')
  const settings: UserOofSettings | undefined = answer.OofSettings
  if (settings === undefined) return null
  const declines =
    settings.DeclineAllEventsForScheduledOOF ||
    settings.DeclineEventsForScheduledOOF ||
    settings.AutoDeclineFutureRequestsWhenOOF
  if (declines)
    losses.push({
      property: 'out of office',
      reason: 'meetings are not declined by themselves during an absence here',
      weight: 'visible',
    })
  const ms = (text: string | undefined): number | null => {
    const at = Date.parse(text ?? '')
    return Number.isNaN(at) ? null : at
  }
  return {
    state: states[settings.OofState] ?? 'disabled',
    audience: audiences[settings.ExternalAudience] ?? 'none',
    from: ms(settings.Duration?.StartTime),
    to: ms(settings.Duration?.EndTime),
    inside: settings.InternalReply?.Message ?? '',
    outside: settings.ExternalReply?.Message ?? '',
  }
}

const stateWords = {
  disabled: 'Disabled',
  enabled: 'Enabled',
  scheduled: 'Scheduled',
} as const satisfies Record<SourceOutOfOffice['state'], OofState>
const audienceWords = { none: 'None', known: 'Known', all: 'All' } as const satisfies Record<
  SourceOutOfOffice['audience'],
  ExternalAudience
>

/** Sets it with SetUserOofSettings. Rejects with SourceFailure, `item-permanent` where the server refuses it. */
export async function setOutOfOffice(
  session: EwsSession,
  { state, audience, from, to, inside, outside }: SourceOutOfOffice,
  signal: AbortSignal,
): Promise<void> {
  const time = (at: number) => new Date(at).toISOString()
  const answer = (await session.ask(
    'SetUserOofSettings',
    {
      Mailbox: { Address: session.mailbox },
      UserOofSettings: {
        OofState: stateWords[state],
        ExternalAudience: audienceWords[audience],
        ...(from !== null &&
          to !== null &&
          from < to && { Duration: { StartTime: time(from), EndTime: time(to) } }),
        InternalReply: { Message: inside },
        ExternalReply: { Message: outside },
      },
    },
    signal,
  )) as SetUserOofSettingsResponse
  const said = answer.ResponseMessage
  if (said?.ResponseClass === 'Error') throw failureOfOne(said, 'Setting the absence')
}
