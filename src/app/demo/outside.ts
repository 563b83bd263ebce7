import { openSmtpSession } from '#src/clients/smtp/open-session.ts'
import { DemoFault } from './demo-fault.ts'

export const OUTSIDER = 'pat.partner@partner.example'

/** Somebody outside the company sends a message to where its domain's mail is taken: port `port` of this machine. */
export async function sendFromOutside(
  port: number,
  to: readonly string[],
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  const octets = Buffer.from(
    [
      `From: ${OUTSIDER}`,
      `To: ${to.join(', ')}`,
      `Subject: ${subject}`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${crypto.randomUUID()}@partner.example>`,
      '',
      'Hello,\r\n\r\nas discussed.\r\n\r\nPat\r\n',
    ].join('\r\n'),
  )
  const server = { host: '127.0.0.1', port, helloName: 'mx.partner.example', tls: { mode: 'never' } } as const
  const session = await openSmtpSession(server, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new DemoFault(`No mail server takes mail at port ${port}: ${(error as Error).message}`)
  })
  try {
    const results = await session.send(
      {
        sender: OUTSIDER,
        recipients: to.map((address) => ({ address })),
        sizeBytes: octets.length,
        eightBit: false,
        utf8: false,
        async *content() {
          yield octets
        },
      },
      signal,
    )
    for (const { address, outcome } of results)
      if (outcome.state !== 'delivered')
        throw new DemoFault(
          `Mail from outside to ${address} was not taken at port ${port}: ${outcome.state === 'refused' ? outcome.reply.lines.join(' ') : outcome.failure.message}`,
        )
  } finally {
    await session.quit()
  }
}
