import { Resolver } from 'node:dns/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { AnswerCache } from './answer-cache.ts'
import { type DnsFailure, DnsFault, type DnsType } from './dns-fault.ts'

export type MxRecord = { preference: number; exchange: string }
/** RFC 2782. The lowest priority first; among equals more often the one with the higher weight. */
export type SrvRecord = { priority: number; weight: number; port: number; target: string }

/**
 * Questions to DNS. Names go in and come out without a final dot; the root is the empty name. Each resolves with one
 * record at least, or rejects with DnsFault and nothing else.
 */
export type DnsClient = {
  a(name: string): Promise<readonly string[]>
  aaaa(name: string): Promise<readonly string[]>
  mx(name: string): Promise<readonly MxRecord[]>
  /** Each record as one text, its strings joined. */
  txt(name: string): Promise<readonly string[]>
  cname(name: string): Promise<readonly string[]>
  /** Names of an IPv4 or IPv6 address, or of a name in in-addr.arpa or ip6.arpa. */
  ptr(address: string): Promise<readonly string[]>
  srv(name: string): Promise<readonly SrvRecord[]>
}

type DnsOptions = {
  /** `192.0.2.1`, `[2001:db8::1]:5353`; none means the servers of the system. */
  servers?: readonly string[]
  /** How long one server may take before it, or the next, is asked again. */
  attemptMs?: number
  /** How often each server is asked. */
  attempts?: number
  /** How long a question may take with all its attempts. */
  deadlineMs?: number
  /** Memory for answers, in characters. */
  cacheWeight?: number
  now?: () => number
}

const HOUR_MS = 3_600_000
/** Node tells the TTL of addresses only. Other records, and "there is none", are believed this long. */
const UNTOLD_TTL_MS = 60_000
/** A server in trouble is left alone this long (RFC 2308 §7 allows up to five minutes). */
const TROUBLE_TTL_MS = 5_000

const failures: Readonly<Record<string, DnsFailure>> = {
  ENOTFOUND: 'nxdomain',
  ENODATA: 'nodata',
  EBADNAME: 'bad-name',
  ETIMEOUT: 'timeout',
  ECANCELLED: 'timeout',
}

type Answer = { records: readonly unknown[] } | { failure: DnsFailure }
type Found<T> = { records: readonly T[]; ttlMs: number }

/** Opens a client with its own cache. It holds no socket between questions and needs no closing. */
export function openDns(options: DnsOptions = {}): DnsClient {
  const { attemptMs = 2_000, attempts = 2, deadlineMs = 8_000, cacheWeight = 4_000_000 } = options
  const resolver = new Resolver({ timeout: attemptMs, tries: attempts })
  if (options.servers !== undefined && options.servers.length > 0) resolver.setServers(options.servers)
  const cache = new AnswerCache<Answer>(cacheWeight, options.now ?? (() => performance.now()))
  const underWay = new Map<string, Promise<Answer>>()

  const learn = async (key: string, question: () => Promise<Found<unknown>>): Promise<Answer> => {
    const { answer, ttlMs } = await answerOf(question, deadlineMs)
    cache.set(key, answer, weightOf(key, answer), ttlMs)
    return answer
  }

  const ask = async <T>(
    type: DnsType,
    about: string,
    question: () => Promise<Found<T>>,
  ): Promise<readonly T[]> => {
    const key = `${type} ${about.toLowerCase()}`
    let answer = cache.get(key)
    if (answer === undefined) {
      let asked = underWay.get(key)
      if (asked === undefined) {
        asked = learn(key, question).finally(() => underWay.delete(key))
        underWay.set(key, asked)
      }
      answer = await asked
    }
    if ('failure' in answer) throw new DnsFault(answer.failure, type, about)
    return answer.records as readonly T[]
  }

  const untold = async <T>(records: Promise<T[]>): Promise<Found<T>> => ({
    records: await records,
    ttlMs: UNTOLD_TTL_MS,
  })
  return {
    a: (name) => ask('A', name, async () => addresses(await resolver.resolve4(name, { ttl: true }))),
    aaaa: (name) => ask('AAAA', name, async () => addresses(await resolver.resolve6(name, { ttl: true }))),
    txt: (name) => ask('TXT', name, () => untold(resolver.resolveTxt(name).then(joined))),
    cname: (name) => ask('CNAME', name, () => untold(resolver.resolveCname(name))),
    ptr: (address) => {
      const isReversed = /\.(in-addr|ip6)\.arpa$/i.test(address)
      return ask('PTR', address, () =>
        untold(isReversed ? resolver.resolvePtr(address) : resolver.reverse(address)),
      )
    },
    mx: (name) => ask('MX', name, () => untold(resolver.resolveMx(name).then(preferences))),
    srv: (name) => ask('SRV', name, () => untold(resolver.resolveSrv(name).then(services))),
  }
}

const joined = (records: string[][]): string[] => records.map((strings) => strings.join(''))

const preferences = (records: { priority: number; exchange: string }[]): MxRecord[] =>
  records.map(({ priority, exchange }) => ({ preference: priority, exchange }))

const services = (records: { priority: number; weight: number; port: number; name: string }[]): SrvRecord[] =>
  records.map(({ priority, weight, port, name }) => ({ priority, weight, port, target: name }))

function addresses(records: { address: string; ttl: number }[]): Found<string> {
  const ttlMs = Math.min(HOUR_MS, ...records.map(({ ttl }) => ttl * 1_000))
  return { records: records.map(({ address }) => address), ttlMs }
}

async function answerOf(
  question: () => Promise<Found<unknown>>,
  deadlineMs: number,
): Promise<{ answer: Answer; ttlMs: number }> {
  const ended = new AbortController()
  try {
    const late = pause(deadlineMs, 'late' as const, { signal: ended.signal })
    const found = await Promise.race([question(), late])
    if (found === 'late') return { answer: { failure: 'timeout' }, ttlMs: TROUBLE_TTL_MS }
    if (found.records.length === 0) return { answer: { failure: 'nodata' }, ttlMs: UNTOLD_TTL_MS }
    return { answer: { records: found.records }, ttlMs: found.ttlMs }
  } catch (error) {
    const failure = failureOf(error)
    const isTrouble = failure === 'timeout' || failure === 'servfail'
    return { answer: { failure }, ttlMs: isTrouble ? TROUBLE_TTL_MS : UNTOLD_TTL_MS }
  } finally {
    ended.abort()
  }
}

/** Node throws ERR_INVALID_ARG_VALUE and the like for what can be no name; everything else has a code of c-ares. */
function failureOf(error: unknown): DnsFailure {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code.startsWith('ERR_') || code === 'EINVAL') return 'bad-name'
  return failures[code] ?? 'servfail'
}

function weightOf(key: string, answer: Answer): number {
  const fixed = key.length + 100
  if ('failure' in answer) return fixed
  return answer.records.reduce((sum: number, record) => {
    const length = typeof record === 'string' ? record.length : JSON.stringify(record).length
    return sum + length + 50
  }, fixed)
}
