import { inFull } from '#src/base/in-full.ts'
import { type TlsTrouble, tlsTroubleOf } from '#src/base/tls-words.ts'
import { ImapFailure, type ImapFailureKind } from '#src/clients/imap/failure.ts'
import type { ImapFolder } from '#src/clients/imap/folders.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { SourceCheck } from '#src/domain/migration/source.ts'
import { ok, warning } from '#src/domain/migration/source-check.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { meantMailboxName } from '#src/wire/imap/mailbox-name.ts'
import { requireActsAs } from './acts-as.ts'
import { sourceFailureOf } from './failure.ts'
import { isView, likelyViews, type NamespaceKind, NOTHING_LISTED, patternsOf } from './folder-tree.ts'
import { introduce } from './introduce.ts'
import { type ImapSourceOptions, serverFor } from './server.ts'
import { settingsLosses } from './settings-losses.ts'

/** Less than a copy waits for a folder: nothing that is asked of a mailbox here takes a server that long. */
const SILENCE_MS = 60_000

/** What an IMAP server must have for a migration, looked at in order until something stands against it. Never rejects. */
export async function checkServer(
  options: ImapSourceOptions,
  mailbox: string | null,
  signal: AbortSignal,
): Promise<SourceCheck[]> {
  if (mailbox === null)
    return [...(await checkGreeting(options, signal)), ...(await checkCredentials(options))]
  let session: ImapSession | undefined
  try {
    const server = await serverFor(options, mailbox)
    session = await openImapSession(
      { ...server, deadlines: { silenceMs: SILENCE_MS, ...server.deadlines } },
      signal,
    )
    await requireActsAs(options, mailbox, session, signal)
    return [
      ...reached(options),
      signedIn(mailbox),
      ...(await look(session, options.namespaces ?? ['personal'])),
    ]
  } catch (error) {
    return session === undefined
      ? failedAt(options, error)
      : [...reached(options), failed(options, error instanceof SourceFailure ? 'sign-in' : 'read', error)]
  } finally {
    await session?.logout()
  }
}

/** Who asks waits for the answer, as long as one call to the service takes. */
const checkDeadlines = { connectMs: 5_000, greetingMs: 10_000, tlsMs: 10_000, silenceMs: 15_000 }

/** Without a mailbox only what comes before the sign-in: a name nobody has is refused, and that is what we want to hear. */
async function checkGreeting(options: ImapSourceOptions, signal: AbortSignal): Promise<SourceCheck[]> {
  const nobody = { name: 'landbridge-check', password: 'none' }
  const signIn = { kind: 'own', credentialsOf: async () => nobody } as const
  try {
    const server = await serverFor({ ...options, signIn }, '')
    const session = await openImapSession(
      { ...server, deadlines: { ...checkDeadlines, ...server.deadlines } },
      signal,
    )
    await session.logout()
    return [...reached(options), clock, notTold]
  } catch (error) {
    const isHeard = error instanceof ImapFailure && (error.kind === 'credentials' || error.kind === 'refused')
    return isHeard ? [...reached(options), clock, notTold] : failedAt(options, error)
  }
}

/** Told beside whatever else stands in the way: it is mended elsewhere. */
async function checkCredentials(options: ImapSourceOptions): Promise<SourceCheck[]> {
  const { signIn } = options
  try {
    if (signIn.kind === 'own') await signIn.requireAll?.()
    return []
  } catch (error) {
    return [failed(options, 'sign-in', error)]
  }
}

/** RFC 9051 has no command that tells it, and INTERNALDATE is what whoever put a message there said. */
const clock = ok(
  'clock',
  'IMAP does not tell the time: whether the clock of the server is right cannot be told, and nothing here goes by it.',
)

/** What no mailbox of the server tells, once for all of them. */
const notTold: SourceCheck = {
  name: 'settings',
  state: 'warning',
  found: `IMAP is mail alone. It does not tell: ${settingsLosses(() => true)
    .map(({ property }) => property)
    .filter((property) => property !== 'labels')
    .join('; ')}.`,
  remedy: 'Tell people to set them again here, and export calendars and contacts there to take them in here.',
}

function reached({ host, port, tls }: ImapSourceOptions): SourceCheck[] {
  const secured: SourceCheck =
    tls.mode === 'clear'
      ? warning('TLS', 'Passwords and mail travel in clear text.', 'Use port 993, or STARTTLS.')
      : ok('TLS', `The certificate is valid for ${tls.verifyName ?? host}.`)
  return [ok('connection', `${host}:${port} answers.`), secured]
}

const signedIn = (mailbox: string) => ok('sign-in', `The server lets us in to ${mailbox}.`)

async function look(session: ImapSession, kinds: readonly NamespaceKind[]): Promise<SourceCheck[]> {
  const identity = await introduce(session)
  const program = [identity.get('name'), identity.get('version')].filter(Boolean).join(' ')
  const inbox = await session.select('INBOX', { readOnly: true })
  const namespaces = kinds.includes('personal') ? await session.namespaces() : undefined
  const listed = namespaces && (await session.folders({ patterns: patternsOf(namespaces, kinds) }))
  const has = (capability: string) => session.capabilities.has(capability)
  // Gmail's are known, and its labels say what is copied from where.
  const shown = namespaces === undefined || has('X-GM-EXT-1') ? [] : likelyViews(listed!, namespaces, kinds)
  const kept = has('QRESYNC') || has('CONDSTORE')
  return [
    ok('version', program === '' ? 'The server does not tell its name.' : program),
    ok('read', `INBOX holds ${inbox.exists} messages.`),
    ...(listed?.length === 0 ? [listsNothing] : []),
    ...shown.map(mayComeTwice),
    inbox.uidsChange
      ? {
          name: 'changes',
          state: 'warning',
          found: 'The server gives its messages new numbers in each session (UIDNOTSTICKY).',
          remedy: 'Every pass lists everything again; nothing is copied twice.',
        }
      : kept
        ? ok('changes', `Changes are told by the server (${has('QRESYNC') ? 'QRESYNC' : 'CONDSTORE'}).`)
        : warning(
            'changes',
            'The server has neither CONDSTORE nor QRESYNC.',
            'Every pass reads the flags of all messages; plan it for the night.',
          ),
  ]
}

const listsNothing: SourceCheck = {
  name: 'folders',
  state: 'failed',
  found: NOTHING_LISTED,
  remedy: 'Look at the server whether the account may see its folders.',
}

const mayComeTwice = ({ name, attributes }: ImapFolder): SourceCheck =>
  warning(
    'folders',
    `The server marks the folder "${meantMailboxName(name)}" with ${attributes.filter(isView).join(' and ')}: it may only show messages that lie in other folders.`,
    'It is copied as it is, so such messages come twice. If it only shows them, have the server not list it (for this account, or for all) until the mailbox has moved; if it holds messages of its own, leave it.',
  )

/** What comes before a failure of this kind was fine. */
const stepOf = {
  unreachable: 'connection',
  protocol: 'connection',
  closed: 'connection',
  timeout: 'connection',
  source: 'connection',
  aborted: 'connection',
  tls: 'TLS',
  unsupported: 'sign-in',
  credentials: 'sign-in',
  refused: 'sign-in',
} satisfies Record<ImapFailureKind, string>

function failedAt(options: ImapSourceOptions, error: unknown): SourceCheck[] {
  const step = error instanceof ImapFailure ? stepOf[error.kind] : 'sign-in'
  // Before there is anybody to sign in as, nobody connects.
  if (!(error instanceof ImapFailure)) return [failed(options, step, error)]
  const before = reached(options).slice(0, ['connection', 'TLS', 'sign-in'].indexOf(step))
  return [...before, failed(options, step, error)]
}

const remedies: Readonly<Record<string, string>> = {
  connection: 'Check the name in DNS, the port, and that firewalls let this machine through.',
  TLS: 'Use the port on which the server speaks TLS, or let it offer STARTTLS.',
  'sign-in':
    'Check the name and the password (Gmail and others want an app password, Microsoft 365 takes none over IMAP), and that IMAP is switched on for the account; a master account needs the right to open other mailboxes.',
  mailbox: 'Look whether it is there under that name, and whether the account may open it.',
  read: 'Give the account the right to read the mailbox.',
}

const MUTE =
  'It takes connections and says nothing: look there whether it hangs, or has as many connections as it may have.'
/** As the client says it. */
const endless = /before the end of [A-Z ]+$/
const ENDLESS =
  'It answers and never says that the answer is whole: look there whether it hangs, or whether something between (a proxy, a firewall that looks into mail) holds its words back.'
const MUTE_IN_CLEAR =
  'A port that begins with TLS waits for us to speak: name it with imaps:// in place of imap:// (STARTTLS). Else look there whether it hangs, or has as many connections as it may have.'
const LOGINS =
  'Mend that file on the machine of the service: Address,User,Password in its first line, one row for each mailbox, a line break behind the last, readable by the user of the service alone. It is read again by itself.'
const OTHER_AUTHORITY =
  'The authority named with --ca did not issue it. Name the one that did: "landbridge migrate source --ca FILE".'

const isEndless = (error: unknown): boolean =>
  error instanceof ImapFailure && error.kind === 'timeout' && endless.test(error.message)

/** What goes before the remedy of the step. */
function ownRemedy({ tls }: ImapSourceOptions, error: unknown, name: string): string | undefined {
  if (error instanceof SourceFailure && error.code === 'LOGINS') return LOGINS
  if (isEndless(error)) return ENDLESS
  if (error instanceof ImapFailure && error.kind === 'timeout' && name === 'connection')
    return tls.mode === 'starttls' ? MUTE_IN_CLEAR : MUTE
  const trouble = name === 'TLS' ? tlsTroubleOf(error) : undefined
  if (trouble === 'authority' && tls.mode !== 'clear' && tls.ca !== undefined) return OTHER_AUTHORITY
  return trouble && tlsRemedies[trouble]
}

const tlsRemedies: Readonly<Record<TlsTrouble, string>> = {
  ended: 'Have it renewed on the server.',
  'not-yet': 'Set both clocks by the same time server; where they are right, have it renewed on the server.',
  name: 'Name the server by a name that its certificate is for: "landbridge migrate source --url".',
  authority: 'Name the authority of the certificate: "landbridge migrate source --ca FILE".',
  version:
    'Let the server speak TLS 1.2 or later; of one that cannot: "landbridge migrate source --min-tls TLSv1".',
  'clear-text': 'Name the port on which it begins with TLS, mostly 993, or imap:// for STARTTLS.',
}

function failed(options: ImapSourceOptions, step: string, error: unknown): SourceCheck {
  const failure = sourceFailureOf(error, options.signIn.kind)
  // The sign-in went well, and it may not act for this one (RFC 5530 section 3).
  const isElse = failure instanceof SourceFailure && failure.code === 'NO [AUTHORIZATIONFAILED]'
  const name = isElse ? 'mailbox' : step
  const isBusy =
    failure instanceof SourceFailure && (failure.kind === 'throttled' || failure.kind === 'too-many')
  return {
    name,
    state: 'failed',
    found: inFull(error instanceof Error ? error.message : String(error)),
    remedy: ownRemedy(options, error, name) ?? remedies[name] ?? '',
    // It has had its time, and would take as much of it once more.
    ...(failure instanceof SourceFailure &&
      failure.kind === 'transient' &&
      !isEndless(error) && { transient: true }),
    ...(failure instanceof SourceFailure && failure.ofSignIn && { ofSignIn: true }),
    ...(isBusy && { busy: true, ...(failure.backOffMs !== null && { backOffMs: failure.backOffMs }) }),
  }
}
