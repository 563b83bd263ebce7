import { KdcError, type KdcErrorMessage } from '#src/wire/kerberos/messages.ts'

type KerberosFailureKind =
  /** The KDC refused the account: password, lock, expiry. Asking again locks it. */
  | 'account'
  /** It said no for another reason. */
  | 'refused'
  /** No KDC answered. */
  | 'unreachable'
  /** What answered is no KDC, or broken. */
  | 'protocol'
  | 'aborted'

/** Why there is no ticket. The message is a sentence for people; it holds no secrets. */
export class KerberosFailure extends Error {
  override readonly name = 'KerberosFailure'
  readonly kind: KerberosFailureKind
  /** Of RFC 4120 §7.5.9, where a KDC said one. */
  readonly code: number | undefined

  constructor(kind: KerberosFailureKind, message: string, options: { code?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.code = options.code
  }
}

type Asked = {
  realm: string
  /** As it was given. */
  user: string
  /** `HTTP/mail.corp.example` */
  service: string
  /** Epoch milliseconds, by this machine's clock. */
  now: number
}

type Words = (asked: Asked, error: KdcErrorMessage) => string

const AES =
  'Reset its password there, so that it gets keys for AES, and let msDS-SupportedEncryptionTypes allow them (24); with RC4 a password is used only where kerberos.controllers names the KDC'

const ofAccount: ReadonlyMap<number, Words> = new Map<number, Words>([
  [KdcError.wrongPassword, () => 'the password is wrong'],
  [KdcError.revoked, () => 'the account is locked, disabled or expired, or may not sign in at this hour'],
  [KdcError.keyExpired, () => 'the password has expired or has to be changed'],
])

const others: ReadonlyMap<number, Words> = new Map<number, Words>([
  [
    KdcError.unknownClient,
    ({ user }) =>
      `knows no account ${user}. Write it as user@domain, with the DNS domain of Active Directory`,
  ],
  [
    KdcError.unknownService,
    ({ service }) =>
      `knows no service ${service}. Add it to the account that the server runs under: setspn -S ${service} ACCOUNT`,
  ],
  [
    KdcError.noEncryption,
    ({ user, service }) => `has no encryption for ${user} or ${service} that is known here. ${AES}`,
  ],
  [KdcError.policy, ({ user }) => `does not give tickets to ${user} by its policy`],
  [
    KdcError.skew,
    ({ now }, { time }) => {
      const seconds = Math.round(Math.abs(time - now) / 1_000)
      const far = seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`
      return `says that the clocks differ: ours is ${far} ${time > now ? 'behind' : 'ahead'}. Set both by the same time server`
    },
  ],
  [KdcError.tooBig, () => 'says that its answer is too big, although it was asked over TCP'],
  [KdcError.wrongRealm, () => 'leads to another realm again and again'],
])

/** The sentence for what a KDC said. */
export function failureOfError(error: KdcErrorMessage, asked: Asked): KerberosFailure {
  const { code } = error
  const kdc = `The KDC of ${asked.realm}`
  const account = ofAccount.get(code)?.(asked, error)
  if (account !== undefined)
    return new KerberosFailure('account', `${kdc} refused the credentials of ${asked.user}: ${account}.`, {
      code,
    })
  const said = error.text === '' ? '' : ` (${printable(error.text)})`
  const words =
    others.get(code)?.(asked, error) ?? `refuses a ticket for ${asked.service} with error ${code}${said}`
  const kind = code === KdcError.unavailable ? 'unreachable' : 'refused'
  return new KerberosFailure(kind, `${kdc} ${words}.`, { code })
}

export const printable = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 120)
    .trim()
