import { SmtpFailure } from '#src/clients/smtp/failure.ts'
import type { OutgoingMessage, OutgoingRecipient, RecipientResult } from '#src/clients/smtp/message.ts'
import { openSmtpSession, type SmtpServer } from '#src/clients/smtp/open-session.ts'
import { SmtpPool } from '#src/clients/smtp/pool.ts'
import type { ReportWishes } from '#src/domain/delivery/intake.ts'
import type { QueuedRecipient } from '#src/domain/delivery/queue.ts'
import type { Attempt, AttemptResult } from '#src/domain/delivery/transport.ts'
import { hasUtf8Header, sevenBit } from '#src/formats/mime/downgrade/seven-bit.ts'
import { NotSevenBit } from '#src/formats/mime/downgrade/seven-bit-header.ts'
import type { Notify } from '#src/wire/smtp/rcpt.ts'
import { type NextHop, resultOf } from './attempt-results.ts'

export type HopLimits = {
  /** Sessions with one host at once. */
  connections: number
  /** Recipients of one message in one transaction (RFC 5321 §4.5.3.1.8: at least 100; Exchange: 500). */
  recipients: number
  idleMs: number
  messagesPerConnection: number
}

export const defaultHopLimits: HopLimits = {
  connections: 10,
  recipients: 500,
  idleMs: 30_000,
  messagesPerConnection: 100,
}

type HopOutcome = {
  results: AttemptResult[]
  /** Recipients about whom no server decided, and why: another host may be asked. */
  undecided: { recipients: QueuedRecipient[]; failure: SmtpFailure } | undefined
}

/** One host that mail is handed to, with its sessions. */
export class Hop {
  readonly #pool: SmtpPool
  readonly #limits: HopLimits
  readonly #about: Omit<NextHop, 'requireTls'>
  /** Tells it from other hosts, and from the same with other credentials. */
  readonly key: string
  lastUsedAt = 0

  constructor(name: string, key: string, server: SmtpServer, limits: HopLimits) {
    this.key = key
    this.#about = { name, sendsReports: false }
    this.#limits = limits
    this.#pool = new SmtpPool({
      maxConnections: limits.connections,
      idleMs: limits.idleMs,
      messagesPerConnection: limits.messagesPerConnection,
      open: async (signal) => {
        const session = await openSmtpSession(server, signal)
        this.#about.sendsReports = session.extensions.has('DSN')
        return session
      },
    })
  }

  get isIdle(): boolean {
    return this.#pool.load === 0
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  /** Sends to all, in as many transactions as it takes. What the host does is in the outcome. */
  async send(
    attempt: Attempt,
    recipients: readonly QueuedRecipient[],
    signal: AbortSignal,
  ): Promise<HopOutcome> {
    const results: AttemptResult[] = []
    // Whom only SMTPUTF8 can name comes last and alone: a server without it takes the message for the others.
    const waiting = recipients.toSorted((a, b) => Number(isPlain(b)) - Number(isPlain(a)))
    while (waiting.length > 0) {
      const kind = isPlain(waiting[0]!)
      const other = waiting.findIndex((each) => isPlain(each) !== kind)
      const group = waiting.splice(0, Math.min(this.#limits.recipients, other < 0 ? waiting.length : other))
      const answers = await this.#pool.send(outgoing(attempt, group), signal)
      const progress = answers.some(({ outcome }) => outcome.state === 'delivered')
      const failure = sessionFailure(answers)
      if (failure !== undefined && isWorthAnotherHost(failure)) {
        const decided = group.flatMap((recipient, index) => {
          const { outcome } = answers[index]!
          return outcome.state === 'failed' ? [] : [this.#result(attempt, recipient, outcome)]
        })
        const left = group.filter((_, index) => answers[index]!.outcome.state === 'failed')
        return {
          results: [...results, ...decided],
          undecided: { recipients: [...left, ...waiting], failure },
        }
      }
      for (const [index, recipient] of group.entries()) {
        const { outcome } = answers[index]!
        // RFC 5321 §4.5.3.1.10: who was too many for this transaction gets the next one at once.
        if (progress && isTooMany(outcome)) waiting.push(recipient)
        else results.push(this.#result(attempt, recipient, outcome))
      }
    }
    return { results, undecided: undefined }
  }

  #result(attempt: Attempt, recipient: QueuedRecipient, outcome: RecipientResult['outcome']): AttemptResult {
    const sendsReports = this.#about.sendsReports && !hidesSuccess(attempt, recipient)
    const { requireTls } = attempt.message
    return resultOf(recipient.no, outcome, { ...this.#about, sendsReports, requireTls })
  }

  /** What a failure means for recipients that no other host could be asked about. */
  failed(
    { message: { requireTls } }: Attempt,
    recipients: readonly QueuedRecipient[],
    failure: SmtpFailure,
  ): AttemptResult[] {
    const about = { ...this.#about, requireTls }
    return recipients.map(({ no }) => resultOf(no, { state: 'failed', failure }, about))
  }
}

const isPlain = ({ address }: QueuedRecipient): boolean => /^[\x00-\x7f]*$/.test(address)

/**
 * RFC 3461 §5.2.7: of what others wrote to an address of ours and we pass on, we report success ourselves: the next hop would
 * name whom the address stands for.
 */
const hidesSuccess = ({ message }: Attempt, { writtenTo }: QueuedRecipient): boolean =>
  message.origin === 'inbound' && writtenTo !== undefined

function outgoing(attempt: Attempt, recipients: readonly QueuedRecipient[]): OutgoingMessage {
  const { message, content } = attempt
  return {
    sender: message.sender,
    recipients: recipients.map((each) => outgoingRecipient(each, hidesSuccess(attempt, each))),
    sizeBytes: message.sizeBytes,
    eightBit: message.eightBit,
    utf8: message.utf8,
    requireTls: message.requireTls,
    ...(message.envelopeId !== undefined && { envelopeId: message.envelopeId }),
    ...(message.returnContent !== undefined && { returnContent: message.returnContent }),
    content,
    hasUtf8Header: () => hasUtf8Header(content),
    sevenBit: (lack) => withoutEightBit(content, lack),
  }
}

const lacking = {
  '8bit': 'The message needs 8BITMIME',
  'utf8-header': 'The header of the message needs SMTPUTF8',
}

/** RFC 6152 §3: a message that cannot be made 7-bit goes back to its sender. */
async function withoutEightBit(
  content: Attempt['content'],
  lack: keyof typeof lacking,
): Promise<() => AsyncIterable<Uint8Array>> {
  try {
    return await sevenBit(content)
  } catch (error) {
    if (!(error instanceof NotSevenBit)) throw error
    const sentence = `${lacking[lack]}, which the server does not offer: ${error.message}`
    throw new SmtpFailure('unsupported', 'mail', sentence, { lack, cause: error })
  }
}

function outgoingRecipient(
  { address, notify, originalRecipient }: QueuedRecipient,
  hidden: boolean,
): OutgoingRecipient {
  return {
    address,
    ...(notify && { notify: notifyOf(hidden ? { ...notify, success: false } : notify) }),
    ...(originalRecipient && { originalRecipient }),
  }
}

function notifyOf({ success, failure, delay }: ReportWishes): Notify {
  return [
    ...(success ? (['SUCCESS'] as const) : []),
    ...(failure ? (['FAILURE'] as const) : []),
    ...(delay ? (['DELAY'] as const) : []),
  ]
}

function sessionFailure(answers: readonly RecipientResult[]): SmtpFailure | undefined {
  for (const { outcome } of answers) if (outcome.state === 'failed') return outcome.failure
  return undefined
}

/** Another host may do better, and this one has certainly not taken the message. */
function isWorthAnotherHost(failure: SmtpFailure): boolean {
  return !failure.uncertain && !['aborted', 'source', 'too-large'].includes(failure.kind)
}

function isTooMany(outcome: RecipientResult['outcome']): boolean {
  if (outcome.state !== 'refused') return false
  const { code, status } = outcome.reply
  return (code === 452 && (status === undefined || status === '4.5.3')) || status === '5.5.3'
}
