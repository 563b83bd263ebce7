import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import type { FreeBusyResponseType } from '#src/wire/ews/schema-types.ts'
import { checkAsked, requestZone, wantedView } from '../availability/asked-window.ts'
import { failureCode } from '../availability/failure-codes.ts'
import { freeBusyView, type WantedView } from '../availability/free-busy-view.ts'
import { operation } from '../operation.ts'

/** GetUserAvailability: when people are free, each answered by itself and in the order of the request. */
export const getUserAvailability = operation({
  name: 'GetUserAvailability',
  async run({ services, caller, zone: context, proxied }, request) {
    checkAsked(request)
    const { MailboxDataArray, FreeBusyViewOptions: options, SuggestionsViewOptions: suggestions } = request
    const zone = requestZone(request.TimeZone, context)
    const wanted = options && wantedView(options, zone)
    // Suggestions are the business of clients, who have the times; an empty list is a valid one.
    const suggested = suggestions && {
      SuggestionsResponse: { ResponseMessage: success, SuggestionDayResultArray: [] },
    }
    if (wanted === undefined) return { response: { ...suggested } }
    const answers = await services.availability({
      organization: caller.acting.organization,
      asker: caller.acting.user,
      addresses: MailboxDataArray.map((one) => one?.Email.Address.trim() ?? ''),
      from: wanted.from,
      to: wanted.to,
      detailed: /^Detailed/.test(wanted.type),
      proxied,
    })
    const responses = answers.map((answer) => responseFor(answer, wanted))
    return { response: { FreeBusyResponseArray: responses, ...suggested } }
  },
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
