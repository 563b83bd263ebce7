import { z } from 'zod'
import type { TraceQuery } from '#src/domain/delivery/trace.ts'
import { formatTimestamp, type JsonValue } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { mailAddress, transitId } from '../queue-members.ts'

/** Seconds since 1970, as timestamps of this protocol are. */
const time = z.number().min(0).max(253_402_300_800).optional()

/** Ours: what happened to messages (MON-07..13), in order of time. A page may be short, even empty, and still go on. */
export const findTrace = defineAction({
  name: 'FindTrace',
  reads: true,
  input: z.object({
    ...inOrganization,
    ...page,
    TraceId: transitId.optional(),
    MessageId: z.string().min(1).max(1_000).optional(),
    Sender: mailAddress.optional(),
    Recipient: mailAddress.optional(),
    StartTime: time,
    EndTime: time,
  }),
  run: async ({ store }, input) => {
    const { TraceId, MessageId, Sender, Recipient, StartTime, EndTime } = input
    const query: TraceQuery = {
      ...(TraceId !== undefined && { traceId: TraceId }),
      ...(MessageId !== undefined && { messageId: bracketed(MessageId) }),
      ...(Sender !== undefined && { sender: Sender }),
      ...(Recipient !== undefined && { recipient: Recipient }),
      ...(StartTime !== undefined && { from: Math.floor(StartTime * 1000) }),
      ...(EndTime !== undefined && { to: Math.ceil(EndTime * 1000) }),
    }
    const { rows, next } = await store.delivery.findTrace(input.OrganizationId, query, {
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    const events = rows.map(({ traceId, at, name, fields }) => ({
      TraceId: traceId,
      Time: formatTimestamp(at),
      Event: { eventName: name, ...(fields as Record<string, JsonValue>) },
    }))
    return present({ Events: events, NextToken: formatNextToken(next) })
  },
})

/** People leave the brackets of a Message-ID away. */
const bracketed = (id: string): string => (id.startsWith('<') ? id : `<${id}>`)
