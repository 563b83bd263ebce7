import type { HeaderField } from '#src/formats/header/fields.ts'
import { formatHeader } from '#src/formats/header/format.ts'
import { isOfEnvelope } from '#src/formats/mime/envelope.ts'
import { verdictFields } from '../scanning/scan-decision.ts'
import type { IncomingMessage } from './incoming-message.ts'
import type { Judgement } from './judge-message.ts'
import { MessageCopy } from './message-copy.ts'
import type { TakenMessage } from './taken-message.ts'
import {
  editedHeader,
  headerOf,
  isRemovedAtEdge,
  missingFields,
  receivedField,
  senderField,
} from './transit-headers.ts'
import { loginTraceField, verdictTraceFields } from './verdict-fields.ts'

/** What was decided about a message that goes through our own queue into a mailbox here. */
export const LATER_FIELD = 'X-Landbridge-Verdict'

/** What every copy of a message loses and gains. */
type HeaderEdits = { remove: Parameters<typeof editedHeader>[1]; prepend: readonly string[] }

/** `senderNow`: what Sender must say (DIR-20), or null to leave it. */
export function headerEdits(
  hostName: string,
  { id, connection, sender, accepted, message, inside }: TakenMessage,
  messageId: string,
  senderNow: string | null,
  now: number,
): HeaderEdits {
  const submission = connection.user !== undefined
  const arrival = receivedField(
    connection,
    sender,
    accepted.map(({ given }) => given),
    { id, hostName, now },
  )
  const ours = new Set(['return-path', LATER_FIELD.toLowerCase()])
  return {
    remove: (field) =>
      inside === 'no'
        ? isRemovedAtEdge(field, hostName, submission) || (senderNow !== null && field.key === 'sender')
        : ours.has(field.key),
    prepend: [
      arrival,
      ...(submission ? missingFields(message.fields, messageId, now) : []),
      ...(senderNow === null ? [] : [senderField(senderNow)]),
    ],
  }
}

/** What was found out about a message, as fields (SEC-03). */
export function traceFields(
  hostName: string,
  { connection, inside }: TakenMessage,
  { verdict, scans }: Judgement,
  junk: boolean,
): { verdicts: string[]; authentication: string[] } {
  if (inside !== 'no') return { verdicts: [], authentication: [] }
  const said = verdictFields(scans).map(([name, value]) => formatHeader(name, value))
  const authentication = verdict ? verdictTraceFields(verdict, hostName) : []
  if (connection.user) authentication.push(loginTraceField(hostName))
  return { verdicts: junk ? [...said, formatHeader(LATER_FIELD, 'junk')] : said, authentication }
}

/** The message with its edits, and `top` before all else. */
export async function copyOf(
  message: IncomingMessage,
  { remove, prepend }: HeaderEdits,
  top: readonly string[],
): Promise<MessageCopy> {
  let isSameEnvelope = [...top, ...prepend].every((field) => !isOfEnvelope(keyOf(field)))
  const removed = (field: HeaderField) => {
    const goes = remove(field)
    if (goes && isOfEnvelope(field.key)) isSameEnvelope = false
    return goes
  }
  const header = editedHeader(await headerOf(message), removed, [...top, ...prepend])
  return new MessageCopy(header, message, isSameEnvelope ? message.envelopeAsWritten : undefined)
}

const keyOf = (field: string): string => field.slice(0, field.indexOf(':')).toLowerCase()
