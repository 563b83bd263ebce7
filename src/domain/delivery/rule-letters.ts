/** What rules send: messages forwarded, and answers. They are made beside the message and stored in its transaction. */
import { randomUUID } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { formatDate } from '#src/formats/header/date.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '#src/formats/header/format.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { findNoAnswer } from '#src/formats/trace-headers/auto-reply.ts'
import { editHeader } from '#src/formats/trace-headers/header-block.ts'
import { domainOf } from '../directory/address.ts'
import { outwardRoute } from '../gateway/outward-route.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import { findRoute } from '../routing/find-route.ts'
import { RULES_LOOP_FIELD, rulesLoop } from '../rules/message-facts.ts'
import { forwardedMessage } from './forwarded-message.ts'
import { MessageReceipt } from './incoming-message.ts'
import { type IntakeDeps, routingOf } from './intake-deps.ts'
import type { RuleLetter } from './mailbox-step.ts'
import { hashBody } from './message-copy.ts'
import { copyOf } from './message-headers.ts'
import { type OutwardCopy, outwardCopies } from './outward-copies.ts'
import type { Route } from './queue.ts'
import type { LocalTarget, OutwardTarget } from './recipients.ts'
import type { Spooled } from './spool.ts'
import type { TakenMessage } from './taken-message.ts'

/** What the rules of each mailbox send, and how to let go of it once it is stored. */
export type RuleLetters = AsyncDisposable & { of: ReadonlyMap<LocalTarget, readonly OutwardCopy[]> }

export async function ruleLetters(
  deps: IntakeDeps,
  taken: TakenMessage,
  messageId: string,
  targets: readonly LocalTarget[],
): Promise<RuleLetters> {
  const held: Spooled[] = []
  const release = async () => {
    for (const octets of held.splice(0)) await octets.release()
  }
  const of = new Map<LocalTarget, readonly OutwardCopy[]>()
  try {
    for (const target of targets) {
      const copies: OutwardCopy[] = []
      for (const letter of target.decision.ruled?.letters ?? [])
        copies.push(...(await letterOf(deps, { taken, messageId, target, letter, held })))
      if (copies.length > 0) of.set(target, copies)
    }
  } catch (error) {
    await release()
    throw error
  }
  return { of, [Symbol.asyncDispose]: release }
}

type Writing = {
  taken: TakenMessage
  messageId: string
  target: LocalTarget
  letter: RuleLetter
  held: Spooled[]
}

async function letterOf(deps: IntakeDeps, writing: Writing): Promise<readonly OutwardCopy[]> {
  const { taken, letter, target, held } = writing
  const written = await (letter.kind === 'reply'
    ? replyOf(deps, writing, letter.with)
    : forwardOf(deps, writing, letter))
  if (written === undefined) return []
  const octets = deps.spool.create()
  held.push(octets)
  const receipt = new MessageReceipt(octets)
  try {
    for await (const piece of written.source.read()) await receipt.write(Uint8Array.from(piece))
    const message = await receipt.finish()
    const copy = await copyOf(message, { remove: () => false, prepend: [] }, [])
    const id = written.messageId
    const outward = {
      organization: taken.organization.id,
      sender: written.sender,
      copies: { internet: copy, inside: copy },
      signAs: domainOf(target.address),
      arc: null,
      bodyHash: () => hashBody(octets, message.bodyOffset),
      fields: message.fields,
      messageId: id,
    }
    const out: OutwardTarget[] = []
    for (const to of written.to) out.push(await outwardTarget(deps, taken, target, to))
    const own = {
      from: target.address,
      subject: message.envelope.subject ?? '',
      messageId: id,
      eightBit: message.eightBit,
    }
    return (
      await outwardCopies({ directory: deps.store.directory, keys: deps.keys, now: deps.now }, outward, out)
    ).map((each) => ({ ...each, own }))
  } catch (error) {
    // With the letter around it, it is more than a message may be: it stays in the mailbox, and nothing is sent.
    if (error instanceof Refusal && (error.reason === 'too-large' || error.reason === 'limit-exceeded'))
      return []
    throw error
  }
}

/** Who is written to here gets it through the queue, which tells the owner of what cannot be delivered. */
async function outwardTarget(
  deps: IntakeDeps,
  { routed }: TakenMessage,
  { entry }: LocalTarget,
  address: string,
): Promise<OutwardTarget> {
  const way = await findRoute(routingOf(deps), routed, 'submission', address)
  const common = { from: null, groups: [], redirectedBy: entry.id }
  const to = (route: Route, at = address): OutwardTarget => ({ ...common, address: at, route })
  if (way.to === 'exchange') return to({ kind: 'exchange' }, way.address)
  if (way.to === 'internet')
    return to(await outwardRoute(routingOf(deps), routed.id, way.domain), way.address)
  return to({ kind: 'local' })
}

type Written = { source: SizedSource; sender: string; to: readonly string[]; messageId: string }

async function forwardOf(
  deps: IntakeDeps,
  { taken: { message, organization }, messageId, target }: Writing,
  letter: Extract<RuleLetter, { to: unknown }>,
): Promise<Written | undefined> {
  const { fields, envelope } = message
  const people = letter.to.flatMap(mailboxOf)
  if (people.length === 0) return undefined
  const from = await ownerOf(deps, organization.id, target)
  const own = `<${randomUUID()}@${deps.hostName}>`
  const passed = [...rulesLoop(fields), target.address]
  const header = [
    formatAddressHeader('From', [from]),
    formatAddressHeader('To', people),
    formatHeader('Subject', `FW: ${line(envelope.subject ?? '')}`),
    formatEncodedHeader('Date', formatDate(deps.now())),
    formatEncodedHeader('Message-ID', own),
    isId(messageId) ? formatEncodedHeader('References', messageId) : '',
    ...passed.map((address) => formatHeader(RULES_LOOP_FIELD, line(address))),
    'Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n',
  ].join('')
  const attached = letter.kind === 'forward-attached'
  const source = await forwardedMessage(header, message, { attached })
  const to = people.map((one) => `${one.mailbox}@${one.host}`)
  return { source, sender: target.address, to, messageId: own }
}

/** Answers with the octets of a message of the mailbox under a header of its own; never what is automatic (RFC 3834 §2). */
async function replyOf(
  deps: IntakeDeps,
  { taken: { message, sender, organization }, messageId, target }: Writing,
  template: Extract<RuleLetter, { kind: 'reply' }>['with'],
): Promise<Written | undefined> {
  if (findNoAnswer(sender.address, message.fields, 'rule') !== undefined) return undefined
  const to = mailboxOf({ address: sender.address })
  const at: MailboxRef = { organization: organization.id, mailbox: target.mailbox }
  const [item] = await deps.store.mailboxes.getItems(at, [template], ['summary', 'structure'])
  if (item?.body == null || item.structure == null || to.length === 0) return undefined
  const { body, structure, sizeBytes, summary } = item
  const pieces: Uint8Array[] = []
  for await (const piece of deps.store.mailboxes.readBody(at, body, { end: structure.bodyOffset }))
    pieces.push(Uint8Array.from(piece))
  const own = `<${randomUUID()}@${deps.hostName}>`
  const prepend = [
    formatAddressHeader('From', [await ownerOf(deps, organization.id, target)]),
    formatAddressHeader('To', to),
    formatHeader('Subject', line(summary?.subject || `Automatic reply: ${message.envelope.subject ?? ''}`)),
    formatEncodedHeader('Date', formatDate(deps.now())),
    formatEncodedHeader('Message-ID', own),
    ...(isId(messageId)
      ? [formatEncodedHeader('In-Reply-To', messageId), formatEncodedHeader('References', messageId)]
      : []),
    'Auto-Submitted: auto-replied\r\n',
    'X-Auto-Response-Suppress: All\r\n',
  ]
  const isContent = (key: string) => key === 'mime-version' || key.startsWith('content-')
  const block = Buffer.concat(pieces)
  const header = editHeader(block, { remove: ({ key }) => !isContent(key), prepend })
  const source = {
    sizeBytes: header.length + sizeBytes - structure.bodyOffset,
    async *read() {
      yield header
      if (sizeBytes > structure.bodyOffset)
        yield* deps.store.mailboxes.readBody(at, body, { start: structure.bodyOffset })
    },
  }
  return { source, sender: '', to: [sender.address], messageId: own }
}

async function ownerOf(
  { store }: IntakeDeps,
  organization: MailboxRef['organization'],
  { entry, address }: LocalTarget,
): Promise<Mailbox> {
  const { displayName } = await store.directory.getEntry(organization, entry.id)
  const name = line(displayName).trim()
  return { ...(name !== '' && { name }), ...parseAddrSpec(address) }
}

/** None for what is no address. */
function mailboxOf({ name, address }: { name?: string; address: string }): Mailbox[] {
  try {
    return [{ ...(name && { name: line(name) }), ...parseAddrSpec(address) }]
  } catch (error) {
    if (error instanceof SyntaxFault) return []
    throw error
  }
}

const line = (text: string): string => text.replace(/[\r\n\0]+/g, ' ').slice(0, 900)
const isId = (text: string): boolean => /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(text)
