import { createHash } from 'node:crypto'
import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import { formatBody, type JsonObject, parseBody } from '#src/wire/aws/json-rpc.ts'
import { ApiException } from './exceptions.ts'

const keptMs = 86_400_000

/**
 * Answers to requests that carried a ClientToken (API-08): the same token with the same body gives the same answer
 * for a day, also while the first is still being worked on, and after a restart. Failures are not kept. An answer is
 * on disk before it is told, and after what it answers: a crash in between makes the request a new one, which then
 * meets what the first has done.
 */
export class Idempotency {
  readonly #memory: AdministrationMemory
  readonly #now: () => number
  readonly #underWay = new Map<string, { request: string; answer: Promise<JsonObject> }>()

  constructor(memory: AdministrationMemory, now: () => number) {
    this.#memory = memory
    this.#now = now
  }

  /** `scope` says who calls what. Throws when the token came before with another body. */
  async once(
    scope: string,
    token: string,
    body: Uint8Array,
    work: () => Promise<JsonObject>,
  ): Promise<JsonObject> {
    const name = digest(`${scope}\0${token}`)
    const request = digest(body)
    const underWay = this.#underWay.get(name)
    if (underWay !== undefined) return sameRequest(underWay, request).answer
    const answer = this.#answer(name, request, work)
    this.#underWay.set(name, { request, answer })
    try {
      return await answer
    } finally {
      this.#underWay.delete(name)
    }
  }

  async #answer(name: string, request: string, work: () => Promise<JsonObject>): Promise<JsonObject> {
    const before = await this.#memory.findAnswer(name)
    if (before !== undefined && this.#now() - before.at < keptMs) {
      return parseBody(Buffer.from(sameRequest(before, request).answer))
    }
    const answer = await work()
    const at = this.#now()
    await this.#memory.keepAnswer(name, { request, answer: formatBody(answer), at }, at - keptMs)
    return answer
  }
}

function sameRequest<T extends { request: string }>(before: T, request: string): T {
  if (before.request === request) return before
  throw new ApiException(
    'InvalidParameterException',
    'This ClientToken came with another request before. Use a new one.',
  )
}

const digest = (octets: string | Uint8Array) => createHash('sha256').update(octets).digest('base64')
