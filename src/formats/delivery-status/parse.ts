import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { stripComments } from '../header/comments.ts'
import { parseDate } from '../header/date.ts'
import { findField, type HeaderField, parseFields } from '../header/fields.ts'
import type { Action, DeliveryStatus, RecipientStatus, TypedAddress } from './status.ts'
import { OWN_WORDS } from './status-fields.ts'

/** Octets that are read: 2,000 recipients of a list need some 400 KB. */
const STATUS_LIMIT_BYTES = 512 * 1024
const MAX_RECIPIENTS = 2_000

const actions = new Set<string>(['failed', 'delayed', 'delivered', 'relayed', 'expanded'])

/** Groups of fields, parted by empty lines. */
function groupsOf(bytes: Uint8Array): HeaderField[][] {
  const text = Buffer.from(bytes.subarray(0, STATUS_LIMIT_BYTES)).toString('latin1')
  return text
    .split(/\r?\n(?:[ \t]*\r?\n)+/, MAX_RECIPIENTS + 1)
    .map((group) => parseFields(Buffer.from(group, 'latin1')))
    .filter((fields) => fields.length > 0)
}

const openXtext = (text: string) =>
  text.replace(/\\x\{([0-9a-f]{1,6})\}/gi, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16)
    return code >= 0x20 && code <= 0x10ffff && code !== 0x7f ? String.fromCodePoint(code) : whole
  })

/** `type; text`; without a type it is an Internet address. */
function readType(text: string): { type: string; text: string } {
  const match = /^([a-z0-9-]{1,40})\s*;\s*(.*)$/is.exec(text)
  return { type: match ? match[1]!.toLowerCase() : 'rfc822', text: (match?.[2] ?? text).trim() }
}

/** An address with its type; some systems put it in angle brackets. */
function readTyped(field: string | undefined): TypedAddress | undefined {
  if (field === undefined || field === '') return undefined
  const { type, text } = readType(field)
  const given = text.replace(/^<(.*)>$/, '$1')
  const address = type === 'utf-8' ? openXtext(given) : given
  return address === '' ? undefined : { type, address }
}

function dateMsOf(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : parseDate(text).epochMs
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

const statusPattern = /\b([245]\.\d{1,3}\.\d{1,3})\b/
const classActions: Record<string, Action> = { 2: 'delivered', 4: 'delayed', 5: 'failed' }

function readRecipient(fields: readonly HeaderField[]): RecipientStatus | undefined {
  const original = readTyped(findField(fields, 'original-recipient'))
  const final = readTyped(findField(fields, 'final-recipient')) ?? original
  if (!final) return undefined
  const diagnostic = readType(findField(fields, 'diagnostic-code') ?? '')
  const said = stripComments(findField(fields, 'action') ?? '')
    .trim()
    .toLowerCase()
  const status =
    statusPattern.exec(findField(fields, 'status') ?? '')?.[1] ??
    statusPattern.exec(diagnostic.text)?.[1] ??
    (said === 'delayed' ? '4.0.0' : actions.has(said) && said !== 'failed' ? '2.0.0' : '5.0.0')
  const remote = readTyped(findField(fields, 'remote-mta'))
  const lastAttemptMs = dateMsOf(findField(fields, 'last-attempt-date'))
  const willRetryUntilMs = dateMsOf(findField(fields, 'will-retry-until'))
  return {
    finalRecipient: final,
    ...(original && { originalRecipient: original }),
    action: actions.has(said) ? (said as Action) : classActions[status[0]!]!,
    status,
    ...(remote && { remoteMta: remote.address }),
    ...(diagnostic.text && { [diagnostic.type === OWN_WORDS ? 'reason' : 'diagnostic']: diagnostic.text }),
    ...(lastAttemptMs !== undefined && { lastAttemptMs }),
    ...(willRetryUntilMs !== undefined && { willRetryUntilMs }),
  }
}

/**
 * Reads a message/delivery-status or message/global-delivery-status part whose transfer encoding is undone (RFC 3464, 6533), at
 * most 512 KiB and 2,000 recipients of it. Tolerates what is missing; SyntaxFault when it names no recipient.
 */
export function parseDeliveryStatus(bytes: Uint8Array): DeliveryStatus {
  const groups = groupsOf(bytes)
  const recipients = groups.flatMap((fields) => readRecipient(fields) ?? [])
  if (recipients.length === 0) throw new SyntaxFault('a delivery status without recipients')
  const ofMessage = groups[0]!
  const envelopeId = findField(ofMessage, 'original-envelope-id')
  const arrivalMs = dateMsOf(findField(ofMessage, 'arrival-date'))
  return {
    reportingMta: readTyped(findField(ofMessage, 'reporting-mta'))?.address ?? '',
    ...(envelopeId && { envelopeId }),
    ...(arrivalMs !== undefined && { arrivalMs }),
    recipients,
  }
}
