import { setTimeout as pause } from 'node:timers/promises'
import {
  SourceFailure,
  type SourceFailureKind,
  type SourcePosition,
  type SourceServer,
  type WhyFull,
} from '#src/domain/directory-sync/source.ts'
import { controllersOf, type DomainOptions, type Services, type Tls } from './controllers.ts'
import { type Account, type ControllerIdentity, formatServer, signedIn } from './domain-controller.ts'
import type { LdapConnection, LdapServer, LdapTimes } from './ldap-connection.ts'

/** A connection to the domain controller that one domain is read from in this run. */
export type OpenDomain = {
  connection: LdapConnection
  identity: ControllerIdentity
  server: string
  base: string
  partition: string
  since: SourcePosition | undefined
  whyFull: WhyFull | null
}

export type OpenOptions = Tls & {
  account: Account
  times?: LdapTimes
  /** Before the domain controllers are tried a second time. */
  betweenRoundsMs?: number
}

type Question = {
  options: OpenOptions
  dns: Services
  since: readonly SourcePosition[]
  /** Read only where no other can be. */
  avoid?: SourceServer | undefined
  signal: AbortSignal
  /** Which configured server called itself what, from earlier runs. */
  names: Map<string, string>
}

const ROUNDS = 2
const BETWEEN_ROUNDS_MS = 1_000
/** More attempts would lock the account, or end the same. */
const FINAL: ReadonlySet<SourceFailureKind> = new Set(['credentials', 'rights'])
/** What a moment later may be over. */
const PASSING: ReadonlySet<SourceFailureKind> = new Set(['unreachable', 'busy', 'interrupted'])

/** The base of a domain's search: `corp.example.com` is `DC=corp,DC=example,DC=com`. */
export function baseOf(domain: DomainOptions): string {
  return (
    domain.base ??
    domain.name
      .split('.')
      .map((label) => `DC=${label}`)
      .join(',')
  )
}

/**
 * Tries the domain controllers in their order, the one that was read last first, twice round; one that failed in the last reading is
 * taken where no other answers. Nothing has been read yet, so going to the next does no harm. SourceFailure: the first that was met, or `rolled-back` when that was seen and no other answers.
 */
export async function openDomain(domain: DomainOptions, question: Question): Promise<OpenDomain> {
  const base = baseOf(domain)
  const partition = base.toLowerCase()
  const since = question.since.find((position) => position.partition === partition)
  const servers = lastFirst(
    await controllersOf(domain, question.options, question.dns),
    since,
    question.names,
  )
  const failures: SourceFailure[] = []
  let spare: OpenDomain | undefined
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) {
      if (!failures.some(({ kind }) => PASSING.has(kind))) break
      const pauseMs = (question.options.betweenRoundsMs ?? BETWEEN_ROUNDS_MS) * (1 + Math.random())
      await pause(pauseMs, undefined, { signal: question.signal }).catch(() => undefined)
      question.signal.throwIfAborted()
    }
    for (const server of servers) {
      try {
        const { connection, identity } = await usable(server, base, question)
        const whyFull = whyFullOf(since, identity)
        if (whyFull !== 'rolled-back') {
          const seen = failures.some(({ kind }) => kind === 'rolled-back')
          const open: OpenDomain = {
            ...{ connection, identity, server: formatServer(server), base, partition, since },
            whyFull: seen ? 'rolled-back' : whyFull,
          }
          if (spare !== undefined || !isAvoided(open, question.avoid)) {
            await spare?.connection.close()
            return open
          }
          spare = open
          continue
        }
        await connection.close()
        failures.push(rolledBack(formatServer(server), since!, identity))
      } catch (error) {
        if (!(error instanceof SourceFailure) || FINAL.has(error.kind)) {
          await spare?.connection.close()
          throw error
        }
        failures.push(error)
      }
    }
    if (spare !== undefined) return spare
  }
  throw worstOf(domain, failures)
}

const isAvoided = ({ partition, identity }: OpenDomain, avoid: SourceServer | undefined): boolean =>
  avoid?.partition === partition && avoid.server === identity.server

async function usable(
  server: LdapServer,
  base: string,
  { options, signal, names }: Question,
): Promise<{ connection: LdapConnection; identity: ControllerIdentity }> {
  const { connection, identity } = await signedIn(server, options.account, {
    ...(options.times && { times: options.times }),
    signal,
  })
  names.set(formatServer(server), identity.server)
  const trouble = troubleOf(identity, base)
  if (trouble === undefined) return { connection, identity }
  await connection.close()
  throw new SourceFailure(trouble.kind, `${formatServer(server)}: ${trouble.says}`)
}

function troubleOf(
  { isSynchronized, namingContext }: ControllerIdentity,
  base: string,
): { kind: SourceFailureKind; says: string } | undefined {
  if (!isSynchronized)
    return {
      kind: 'not-ready',
      says: 'it has not finished its first replication (isSynchronized is not TRUE), so it does not know everything yet. Name another domain controller, or wait.',
    }
  if (!`,${base.toLowerCase()}`.endsWith(`,${namingContext.toLowerCase()}`))
    return {
      kind: 'unusable',
      says: `it is a domain controller of ${namingContext}, and ${base} is not in that domain. Configure each domain with its own domain controllers.`,
    }
  return undefined
}

function whyFullOf(since: SourcePosition | undefined, identity: ControllerIdentity): WhyFull | null {
  if (since === undefined) return 'first-run'
  if (since.server !== identity.server) return 'server-changed'
  if (since.generation !== identity.generation) return 'generation-changed'
  return identity.highestChange < BigInt(since.changeNumber) ? 'rolled-back' : null
}

function lastFirst(
  servers: readonly LdapServer[],
  since: SourcePosition | undefined,
  names: ReadonlyMap<string, string>,
): LdapServer[] {
  const isLast = (server: LdapServer): boolean =>
    (names.get(formatServer(server)) ?? server.host.toLowerCase()) === since?.server
  return [...servers.filter(isLast), ...servers.filter((server) => !isLast(server))]
}

function rolledBack(
  server: string,
  since: SourcePosition,
  { highestChange }: ControllerIdentity,
): SourceFailure {
  return new SourceFailure(
    'rolled-back',
    `${server}: its change number went back from ${since.changeNumber} to ${highestChange} though its database calls itself the same: it was restored from a snapshot in a way that Active Directory does not survive (USN rollback). Nothing was changed here. Demote and promote it again, and name another domain controller until then.`,
  )
}

function worstOf(domain: DomainOptions, failures: readonly SourceFailure[]): SourceFailure {
  const rollback = failures.find(({ kind }) => kind === 'rolled-back')
  if (rollback) return rollback
  const sentences = [...new Set(failures.map(({ message }) => message))]
  if (failures.length === 0)
    return new SourceFailure('unreachable', `${domain.name} has no domain controller.`)
  return new SourceFailure(failures[0]!.kind, sentences.join(' '), { cause: failures[0] })
}
