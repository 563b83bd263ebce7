import type { IntakeTransaction } from '#src/domain/delivery/intake.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { AddressEntry } from '#src/formats/address/mailbox-list.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { addressText, mailboxesOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import { addressOfCaller } from '../caller.ts'
import { EwsRefusal } from '../refusal-codes.ts'

export type Envelope = {
  from?: readonly AddressEntry[] | undefined
  to?: readonly AddressEntry[] | undefined
  cc?: readonly AddressEntry[] | undefined
  bcc?: readonly AddressEntry[] | undefined
}

/**
 * Sends a message as mail of the caller goes; it is durable with everybody, or in the queue, when this resolves. Nobody gets
 * it when one recipient is refused. Refuses ErrorInvalidRecipients, ErrorSendAsDenied and what the intake refuses.
 */
export async function sendMessage(call: EwsCall, source: SizedSource, envelope: Envelope): Promise<void> {
  const { acting } = call.caller
  const { intake, hostName } = call.services
  const recipients = new Set(
    [...mailboxesOf(envelope.to), ...mailboxesOf(envelope.cc), ...mailboxesOf(envelope.bcc)].map(addressText),
  )
  if (recipients.size === 0)
    throw new EwsRefusal('ErrorInvalidRecipients', 'invalid-parameter', 'The message has no recipients.')
  const [author] = mailboxesOf(envelope.from)
  const connection = {
    role: 'submission',
    clientAddress: call.clientAddress,
    helo: hostName,
    extended: true,
    user: acting,
  } as const
  const sender = {
    address: author === undefined ? addressOfCaller(call.caller) : addressText(author),
    sizeBytes: source.sizeBytes,
    eightBit: true,
    utf8: false,
    requireTls: false,
  }
  let transaction: IntakeTransaction | undefined
  let finished = false
  try {
    transaction = await intake.begin(connection, sender)
    for (const address of recipients) await takeRecipient(transaction, address)
    for await (const piece of source.read()) await transaction.write(Uint8Array.from(piece))
    await transaction.finish()
    finished = true
  } catch (error) {
    if (error instanceof Refusal && !(error instanceof EwsRefusal) && error.reason === 'not-allowed')
      throw new EwsRefusal('ErrorSendAsDenied', 'not-allowed', error.message)
    throw error
  } finally {
    if (!finished) await transaction?.abort()
  }
}

async function takeRecipient(transaction: IntakeTransaction, address: string): Promise<void> {
  try {
    await transaction.recipient({ address })
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason === 'try-later') throw error
    throw new EwsRefusal('ErrorInvalidRecipients', 'invalid-parameter', `${address}: ${error.message}`)
  }
}
