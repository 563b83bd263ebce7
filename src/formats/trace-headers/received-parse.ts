import { isIP } from 'node:net'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseDate } from '../header/date.ts'
import { type HeaderField, unfold } from '../header/fields.ts'

/** One hop as its Received field tells it. What the field does not say is absent. */
export interface Hop {
  /** What the client called itself. */
  helo?: string
  /** IP address of the client, without brackets and zone. */
  clientAddress?: string
  /** Who wrote the field. */
  by?: string
  /** `ESMTPS`, `Microsoft SMTP Server`, `mapi` … */
  protocol?: string
  id?: string
  /** The first recipient, without angle brackets. */
  recipient?: string
  epochMs?: number
}

const MAX_VALUE = 4_000
const keywords = new Set(['from', 'by', 'via', 'with', 'id', 'for', 'tls'])

interface Clause {
  words: string[]
  comments: string[]
}

/** Splits a value at its blanks and comments; a comment is one piece with its parentheses. */
const pieces = (text: string) =>
  text.match(/\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)?|"(?:[^"\\]|\\.)*"|<[^<>]*>|[^\s()]+/gs) ??
  []

function clausesOf(text: string): Map<string, Clause> {
  const clauses = new Map<string, Clause>()
  let clause: Clause = { words: [], comments: [] }
  // The word behind a keyword is its value, whatever it is: a host may be called "by".
  let wanting = false
  for (const piece of pieces(text)) {
    const name = piece.toLowerCase()
    if (piece.startsWith('(')) {
      clause.comments.push(piece.slice(1, piece.endsWith(')') ? -1 : undefined))
    } else if (!wanting && keywords.has(name) && !clauses.has(name)) {
      clause = { words: [], comments: [] }
      clauses.set(name, clause)
      wanting = true
    } else {
      clause.words.push(piece)
      wanting = false
    }
  }
  return clauses
}

/** The IP address that a piece of text is or holds in brackets: `1.2.3.4`, `[IPv6:::1]`, `[fe80::1%5]`, `[1.2.3.4]:25`. */
function addressIn(text: string): string | undefined {
  const bracketed = /\[([^\][]{2,60})\]/.exec(text)?.[1]
  const candidates = bracketed ? [bracketed] : (text.match(/[0-9a-f.:]{2,45}/gi) ?? []).slice(0, 20)
  return candidates
    .map((candidate) => candidate.replace(/^IPv6:/i, '').replace(/%.*$/, ''))
    .find((candidate) => isIP(candidate) !== 0)
}

function dateMsOf(text: string): number | undefined {
  try {
    return parseDate(text).epochMs
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** Reads a stored Received value (RFC 5321 §4.4) as Postfix, Exchange, Exim, sendmail, qmail and others write it. Never fails. */
export function parseReceived(stored: string): Hop {
  const text = unfold(stored.slice(0, MAX_VALUE))
  const semicolon = text.lastIndexOf(';')
  const clauses = clausesOf(semicolon < 0 ? text : text.slice(0, semicolon))
  const from = clauses.get('from')
  // Exim writes the name into a comment, qmail too: (helo=name), (HELO name).
  const said = from?.comments.map((comment) => /\bhelo[= ](\S+)/i.exec(comment)?.[1]).find(Boolean)
  const helo = said ?? from?.words[0]
  const clientAddress = [...(from?.comments ?? []), ...(from?.words ?? [])].map(addressIn).find(Boolean)
  const recipient = clauses.get('for')?.words[0]?.replace(/^<|>$/g, '')
  const hop = {
    helo,
    clientAddress,
    by: clauses.get('by')?.words[0],
    protocol: clauses.get('with')?.words.join(' '),
    id: clauses.get('id')?.words[0],
    recipient,
    epochMs: semicolon < 0 ? undefined : dateMsOf(text.slice(semicolon + 1)),
  }
  return Object.fromEntries(
    Object.entries(hop).filter(([, value]) => value !== undefined && value !== ''),
  ) as Hop
}

/** How many servers the message went through. */
export const countHops = (fields: readonly HeaderField[]): number =>
  fields.reduce((count, { key }) => (key === 'received' ? count + 1 : count), 0)
