import { parseBdat } from '#src/wire/smtp/command-line.ts'
import { reply } from '#src/wire/smtp/reply.ts'
import { finishMessage, receiptOf, receiveCounted } from '../content.ts'
import { verb } from '../verb.ts'

/** BDAT, RFC 3030 §2: so many octets of the message follow. */
export const bdat = verb({
  name: 'BDAT',
  beforeTls: false,
  beforeLogin: false,
  needs: 'recipients',
  isProgress: true,
  parse: parseBdat,
  faultIsFatal: true,
  octetsBehind: ({ octets }) => octets,

  run: async (session, { octets, last }) => {
    const transaction = session.transaction!
    const receipt = receiptOf(session, transaction)
    await receiveCounted(session, receipt, octets)
    if (last) return finishMessage(session, transaction, receipt)
    return receipt.refused ?? reply(250, '2.0.0', `${octets} octets taken`)
  },
})
