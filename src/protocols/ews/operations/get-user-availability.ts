import type { AvailabilityQuery } from '#src/domain/availability/answer-availability.ts'
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import type { Request, Response } from '#src/wire/ews/message.ts'
import type { FreeBusyResponseType } from '#src/wire/ews/schema-types.ts'
import { checkAsked, requestZone, wantedView } from '../availability/asked-window.ts'
import { failureCode } from '../availability/failure-codes.ts'
import { freeBusyView, type WantedView } from '../availability/free-busy-view.ts'
import { movedMeeting, suggestionDays, wantedSuggestions } from '../availability/suggestions.ts'
import type { EwsCall } from '../call.ts'
import { operation } from '../operation.ts'

/** GetUserAvailability: when people are free, each answered by itself and in the order of the request; and when they could meet. */
export const getUserAvailability = operation({
  name: 'GetUserAvailability',
  async run(call, request) {
    checkAsked(request)
    const { MailboxDataArray: mailboxes, FreeBusyViewOptions: view, SuggestionsViewOptions } = request
    const zone = requestZone(request.TimeZone, call.zone)
    const wanted = view && wantedView(view, zone)
    const suggestions = SuggestionsViewOptions && wantedSuggestions(SuggestionsViewOptions, zone)
    const response: Response<'GetUserAvailability'> = {}
    if (wanted !== undefined) {
      const answers = await ask(call, mailboxes, { ...wanted, detailed: /^Detailed/.test(wanted.type) })
      response.FreeBusyResponseArray = answers.map((answer) => responseFor(answer, wanted))
    }
    if (suggestions !== undefined) {
      // A meeting at the end of the window goes on behind it.
      const to = suggestions.to + suggestions.durationMinutes * 60_000
      const without = movedMeeting(SuggestionsViewOptions!)
      const answers = await ask(call, mailboxes, { from: suggestions.from, to, detailed: false, without })
      response.SuggestionsResponse = {
        ResponseMessage: success,
        SuggestionDayResultArray: suggestionDays(mailboxes, answers, suggestions),
      }
    }
    return { response }
  },
})

type Asked = Pick<AvailabilityQuery, 'from' | 'to' | 'detailed' | 'without'>

const ask = (
  { services, caller, proxied }: EwsCall,
  mailboxes: Request<'GetUserAvailability'>['MailboxDataArray'],
  { from, to, detailed, without }: Asked,
): Promise<FreeBusyAnswer[]> =>
  services.availability({
    organization: caller.acting.organization,
    asker: caller.acting.user,
    addresses: mailboxes.map((one) => one?.Email.Address.trim() ?? ''),
    from,
    to,
    detailed,
    without,
    proxied,
  })

const success = { ResponseClass: 'Success', ResponseCode: 'NoError' } as const

function responseFor(answer: FreeBusyAnswer, wanted: WantedView): FreeBusyResponseType {
  if ('freeBusy' in answer)
    return { ResponseMessage: success, FreeBusyView: freeBusyView(answer.freeBusy, wanted) }
  return {
    ResponseMessage: {
      ResponseClass: 'Error',
      MessageText: answer.failure.message,
      ResponseCode: failureCode(answer.failure),
      DescriptiveLinkKey: 0,
    },
    FreeBusyView: { FreeBusyViewType: ['None'] },
  }
}
