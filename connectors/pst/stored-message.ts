import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { isDamage } from './damage.ts'
import { damageLoss, ItemDamage } from './item-damage.ts'
import { type Lenient, type NodeProperties, readProperties } from './properties.ts'
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
  /** Some of its octets are others than were written. */
  isSpoiled?: true
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

export const attachmentName = ({ bag }: Pick<StoredAttachment, 'bag'>): string =>
  (bag.text(tag.attachLongFileName) ?? bag.text(tag.attachFileName) ?? bag.text(tag.displayName) ?? '')
    .replace(/[\x00-\x1f\x7f]/g, '')
    .replace(/^.*[/\\]/s, '')
    .slice(0, 255)

const dataApart = new Set<number>([tag.attachData])

/**
 * What there is too much of, and what is damaged, is named in `losses`; octets that are not as they were written come as they are. SyntaxFault
 * when nothing of the message can be read.
 */
export async function readMessage(
  file: PstFile,
  node: PstNode,
  names: PropertyNames,
  losses: Loss[],
): Promise<StoredMessage> {
  const damage = new ItemDamage()
  const read = await readProperties(file, node, names, undefined, damage.lenient)
  losses.push(...damage.losses('item'))
  const recipients: PropertyBag[] = []
  const recipientTable = read.subnodes.get(RECIPIENTS)
  if (recipientTable !== undefined)
    await readTable('recipients', losses, async (lenient) => {
      for await (const { bag } of tableRows(file, recipientTable, 'all', read.codepage, lenient)) {
        if (recipients.length === MOST_PARTS) {
          losses.push(cutLoss('recipients', 'visible'))
          break
        }
        recipients.push(bag)
      }
    })
  const attachments: StoredAttachment[] = []
  const attachmentTable = read.subnodes.get(ATTACHMENTS)
  if (attachmentTable !== undefined)
    await readTable('attachments', losses, async (lenient) => {
      let rows = 0
      for await (const { id } of tableRows(file, attachmentTable, new Set(), undefined, lenient)) {
        if (rows++ === MOST_PARTS) {
          losses.push(cutLoss('attachments', 'content'))
          break
        }
        const attachment = await readAttachment(file, read.subnodes.get(id), names, losses)
        if (attachment !== undefined) attachments.push(attachment)
      }
    })
  return { ...read, recipients, attachments }
}

/** What was read before a table breaks off is kept. */
async function readTable(
  part: string,
  losses: Loss[],
  read: (lenient: Lenient) => Promise<void>,
): Promise<void> {
  const damage = new ItemDamage()
  try {
    await read(damage.lenient)
  } catch (error) {
    if (!isDamage(error)) throw error
    losses.push(damageLoss(part, `not all of them can be read, ${error.message}`))
  }
  losses.push(...damage.losses(part))
}

/** Undefined for one of which nothing can be read. */
async function readAttachment(
  file: PstFile,
  node: PstNode | undefined,
  names: PropertyNames,
  losses: Loss[],
): Promise<StoredAttachment | undefined> {
  let part = 'attachment'
  try {
    if (node === undefined) throw new SyntaxFault('its node is missing')
    const found = new ItemDamage()
    const { bag, nodes } = await readProperties(file, node, names, dataApart, found.lenient)
    part = `attachment "${attachmentName({ bag })}"`
    if (found.hasLost(tag.attachData)) throw new SyntaxFault('nothing of it can be read')
    const data = nodes.get(tag.attachData)
    if (bag.number(tag.attachMethod) === EMBEDDED) {
      losses.push(...found.losses(part))
      return { bag, data: undefined, embedded: data }
    }
    let isSpoiled = false
    if (data !== undefined)
      await file.check(data.data, () => {
        isSpoiled = true
      })
    if (isSpoiled) found.lenient.spoiled(data!.data)
    losses.push(...found.losses(part))
    return { bag, data, ...(isSpoiled ? { isSpoiled } : {}), embedded: undefined }
  } catch (error) {
    if (!isDamage(error)) throw error
    losses.push(damageLoss(part, `it is left out, ${error.message}`))
    return undefined
  }
}
