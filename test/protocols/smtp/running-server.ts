import type { IntakeRole, MailIntake } from '#src/domain/delivery/intake.ts'
import { type SmtpListenerOptions, smtpListener } from '#src/protocols/smtp/listener.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { scriptedAuthenticator } from './scripted-intake.ts'
import { silentLog } from './transcript.ts'

export const serverName = 'mx.corp.example'

export const testCertificate = (name = serverName) => certificateFor([name])

/** Our server on a free port of this machine. */
export async function runServer(
  role: IntakeRole,
  intake: MailIntake,
  options: Partial<SmtpListenerOptions> & { pair?: { cert: string; key: string } } = {},
): Promise<{ port: number; stop(): Promise<void> }> {
  const { pair, ...rest } = options
  const listener = smtpListener({
    name: 'mail port',
    setting: 'smtp.port',
    at: { host: '127.0.0.1', port: 0 },
    ...(pair && { certificate: { current: () => pair, watch: () => () => {} } }),
    connections: 1_000,
    connectionsPerClient: 1_000,
    role,
    hostName: serverName,
    intake,
    authenticator: scriptedAuthenticator,
    now: Date.now,
    log: silentLog,
    ...rest,
    limits: { tarpitMs: 0, lingerMs: 5_000, ...rest.limits },
  })
  const address = await listener.listen()
  return {
    port: Number(address.slice(address.lastIndexOf(':') + 1)),
    stop: () => listener.stop(AbortSignal.timeout(500)),
  }
}
