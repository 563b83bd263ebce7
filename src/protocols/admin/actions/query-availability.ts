import { z } from 'zod'
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { getNamed, present } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

const MOST_DAYS = 62

/** Ours: when people are free, as the user named by AskerId may see it, wherever their mailboxes are. */
export const queryAvailability = defineAction({
  name: 'QueryAvailability',
  reads: true,
  input: z.object({
    ...inOrganization,
    Addresses: z.array(z.string().min(1).max(1_024)).min(1).max(100),
    StartTime: z.number(),
    EndTime: z.number(),
    AskerId: entity.optional(),
    Details: z.boolean().optional(),
  }),
  run: async ({ store, availability }, input) => {
    const [from, to] = [input.StartTime * 1_000, input.EndTime * 1_000]
    if (!(to > from) || to - from > MOST_DAYS * 86_400_000)
      throw new Refusal(
        'invalid-parameter',
        `The window ends after it begins, and has at most ${MOST_DAYS} days.`,
      )
    const asker =
      input.AskerId === undefined
        ? { id: null }
        : await getNamed(store, input.OrganizationId, input.AskerId, 'user')
    const answers = await availability.answer({
      organization: input.OrganizationId,
      asker,
      addresses: input.Addresses,
      from,
      to,
      detailed: input.Details === true,
      proxied: false,
    })
    return { Answers: answers.map(answerMembers) }
  },
})

function answerMembers(answer: FreeBusyAnswer): JsonObject {
  if ('failure' in answer) {
    const { reason, message, code } = answer.failure
    return present({ Address: answer.address, Failure: reason, Message: message, Code: code })
  }
  const { times, workingHours, detailed, unknown = [] } = answer.freeBusy
  return present({
    Address: answer.address,
    Detailed: detailed,
    Times: times.map(({ startMs, endMs, busy, private: isPrivate, details }) =>
      present({
        StartTime: formatTimestamp(startMs),
        EndTime: formatTimestamp(endMs),
        BusyType: busy,
        Private: isPrivate,
        Subject: details?.subject,
        Location: details?.location ?? undefined,
      }),
    ),
    Unknown: unknown.map(({ startMs, endMs }) => ({
      StartTime: formatTimestamp(startMs),
      EndTime: formatTimestamp(endMs),
    })),
    WorkingHours:
      workingHours === null
        ? undefined
        : {
            TimeZone: workingHours.timeZone,
            Periods: workingHours.periods.map(({ days, startMinutes, endMinutes }) => ({
              Days: [...days],
              StartMinutes: startMinutes,
              EndMinutes: endMinutes,
            })),
          },
  })
}
