import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import PQueue from 'p-queue'
import { Refusal } from '../../refusal.ts'
import { composed } from './password-policy.ts'

/** OWASP's least for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const TAG_BYTES = 32
const SALT_BYTES = 16
/** At once, of the whole process: logins must not take the machine away from mail. */
const AT_ONCE = 2
/** Waiting beyond these is a flood; about 10 s of work. */
const MOST_WAITING = 400

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/

type Cost = { memory: number; passes: number; parallelism: number }

/** Makes and checks password hashes, a few at a time. */
export type PasswordHash = {
  /** A PHC string with a new salt. Refuses `try-later` under a flood. */
  hash(password: string): Promise<string>
  /** Compares in constant time. Without a hash it takes as long and answers false. Refuses `try-later` under a flood. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

const derive = promisify(argon2)

/** Argon2id (RFC 9106). `cost` is for tests; everybody else takes the default. */
export function passwordHash(cost: Cost = COST): PasswordHash {
  const queue = new PQueue({ concurrency: AT_ONCE })
  const nobody = format(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES))

  async function tag(
    password: string,
    salt: Uint8Array,
    { memory, passes, parallelism }: Cost,
    tagLength: number,
  ): Promise<Buffer> {
    if (queue.size >= MOST_WAITING) {
      throw new Refusal('try-later', 'Too many people are signing in at this moment. Try again in a minute.')
    }
    return queue.add(() =>
      derive('argon2id', {
        message: composed(password),
        nonce: salt,
        parallelism,
        tagLength,
        memory,
        passes,
      }),
    )
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return format(cost, salt, await tag(password, salt, cost, TAG_BYTES))
    },

    async verify(password, hash) {
      const kept = parse(hash ?? nobody)
      const given = await tag(password, kept.salt, kept.cost, kept.tag.length)
      return timingSafeEqual(given, kept.tag) && hash !== undefined
    },
  }
}

function format({ memory, passes, parallelism }: Cost, salt: Uint8Array, tag: Uint8Array): string {
  const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(tag)}`
}

function parse(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const found = PHC.exec(hash)
  if (!found) throw new Refusal('damaged', 'A kept password hash cannot be read. Reset the password.')
  const [, memory, passes, parallelism, salt, tag] = found
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt!, 'base64'),
    tag: Buffer.from(tag!, 'base64'),
  }
}
