import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { type NodeProperties, readProperties } from './properties.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile, PstNode } from './pst-file.ts'
import { tableRows } from './table.ts'

/** A message of a PST with its recipients and attachments; octets of attachments are still in the file. */
export type StoredMessage = NodeProperties & {
  recipients: readonly PropertyBag[]
  attachments: readonly StoredAttachment[]
}

export type StoredAttachment = {
  bag: PropertyBag
  /** The data, where they lie in a node of their own. */
  data: PstNode | undefined
  /** Of an attached message: where it lies. */
  embedded: PstNode | undefined
}

/** Subnodes of every message (MS-PST §2.4.5.3). */
const RECIPIENTS = 0x692
const ATTACHMENTS = 0x671
const EMBEDDED = 5
/** Recipients, and attachments, that are held of one message. */
const MOST_PARTS = 5_000

const cutLoss = (property: string, weight: Loss['weight']): Loss => ({
  ...{ property, weight },
  reason: `There are more than ${MOST_PARTS}: those behind the first ${MOST_PARTS} are left out.`,
})

const dataApart = new Set<number>([tag.attachData])

/** What there is too much of is named in `losses`. SyntaxFault when the message cannot be read as a whole. */
export async function readMessage(
  file: PstFile,
  node: PstNode,
  names: PropertyNames,
  losses: Loss[],
): Promise<StoredMessage> {
  const read = await readProperties(file, node, names)
  const recipients: PropertyBag[] = []
  const recipientTable = read.subnodes.get(RECIPIENTS)
  if (recipientTable !== undefined)
    for await (const { bag } of tableRows(file, recipientTable, 'all', read.codepage)) {
      if (recipients.length === MOST_PARTS) {
        losses.push(cutLoss('recipients', 'visible'))
        break
      }
      recipients.push(bag)
    }
  const attachments: StoredAttachment[] = []
  const attachmentTable = read.subnodes.get(ATTACHMENTS)
  if (attachmentTable !== undefined)
    for await (const { id } of tableRows(file, attachmentTable, new Set())) {
      if (attachments.length === MOST_PARTS) {
        losses.push(cutLoss('attachments', 'content'))
        break
      }
      const at = read.subnodes.get(id)
      if (at === undefined) throw new SyntaxFault(`attachment ${id} is missing`)
      const { bag, nodes } = await readProperties(file, at, names, dataApart)
      const isMessage = bag.number(tag.attachMethod) === EMBEDDED
      const data = nodes.get(tag.attachData)
      attachments.push({ bag, data: isMessage ? undefined : data, embedded: isMessage ? data : undefined })
    }
  return { ...read, recipients, attachments }
}
