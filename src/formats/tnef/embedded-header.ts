import type { Mailbox } from '../address/mailbox-list.ts'
import { formatDate } from '../header/date.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '../header/format.ts'
import { parseMessageIds } from '../header/message-id.ts'
import type { TnefMessage } from './message.ts'
import { type Recipient, recipientsOf, senderOf } from './person.ts'
import { tag } from './property-ids.ts'

/** Years that a Date field can say, with a day to spare for zones. */
const firstMs = Date.UTC(1900, 0, 2)
const lastMs = Date.UTC(9999, 11, 30)

/** The header of a message that lies in another as TNEF, from its properties, without Content-… fields and blank line. */
export function formatMessageHeader({ properties, recipients }: TnefMessage): string {
  const from = senderOf(properties)
  const named = recipientsOf(recipients)
  const list = (name: string, kind: Recipient['kind']) => {
    const found: Mailbox[] = named.filter((recipient) => recipient.kind === kind)
    return found.length > 0 ? formatAddressHeader(name, found) : ''
  }
  const ids = (name: string, text: string | undefined) => {
    const found = parseMessageIds(text ?? '').filter((id) => /^<[\x21-\x7e]{1,900}>$/.test(id))
    return found.length > 0 ? formatEncodedHeader(name, found.join(' ')) : ''
  }
  const dateMs = properties.number(tag.clientSubmitTime) ?? properties.number(tag.messageDeliveryTime)
  const subject = properties
    .text(tag.subject)
    ?.replace(/[\x00-\x1f\x7f]+/g, ' ')
    .trim()
  return [
    from ? formatAddressHeader('From', [from]) : '',
    list('To', 'to'),
    list('Cc', 'cc'),
    subject ? formatHeader('Subject', subject) : '',
    dateMs !== undefined && dateMs > firstMs && dateMs < lastMs
      ? formatEncodedHeader('Date', formatDate(dateMs))
      : '',
    ids('Message-ID', properties.text(tag.internetMessageId)),
    ids('In-Reply-To', properties.text(tag.inReplyToId)),
    ids('References', properties.text(tag.internetReferences)),
  ].join('')
}
