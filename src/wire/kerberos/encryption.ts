import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { md4 } from '../ntlm/md4.ts'
import { decryptCts, encryptCts } from './aes-cts.ts'
import { nFold } from './n-fold.ts'
import { rc4 } from './rc4.ts'

/** What octets are encrypted for, so that none serve for another purpose (RFC 4120 §7.5.1). */
export const KeyUsage = {
  timestamp: 1,
  asReply: 3,
  tgsBodySum: 6,
  tgsAuthenticator: 7,
  tgsReply: 8,
  apAuthenticator: 11,
} as const

/** A kind of encryption (RFC 3961 §3). */
export type Encryption = {
  id: number
  name: string
  /** Of the sum that goes with it. */
  sumId: number
  /** From a password. `params` is what the KDC says of it; SyntaxFault for what nobody would ask for. */
  keyOf(password: string, salt: Uint8Array, params?: Uint8Array): Promise<Buffer>
  encrypt(key: Uint8Array, usage: number, plain: Uint8Array, confounder?: Uint8Array): Buffer
  /** SyntaxFault when it was not encrypted by this key. */
  decrypt(key: Uint8Array, usage: number, octets: Uint8Array): Buffer
  sum(key: Uint8Array, usage: number, octets: Uint8Array): Buffer
}

const stretch = promisify(pbkdf2)
/** More takes seconds, and no KDC asks for it. */
const MOST_ITERATIONS = 1_000_000

function iterationsOf(params: Uint8Array | undefined, usual: number): number {
  if (params === undefined) return usual
  const iterations = params.length === 4 ? Buffer.from(params).readUInt32BE() : 0
  if (iterations < 1 || iterations > MOST_ITERATIONS) throw new SyntaxFault('a password that is stretched so')
  return iterations
}

const hmac = (hash: string, key: Uint8Array, ...parts: Uint8Array[]): Buffer => {
  const mac = createHmac(hash, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** What a key is derived for: encryption, integrity or a sum. */
const purpose = (usage: number, of: 0xaa | 0x55 | 0x99): Buffer => {
  const octets = Buffer.alloc(5, of)
  octets.writeUInt32BE(usage)
  return octets
}

/** Another key, most likely; or it was changed on its way. */
export class NotByThisKey extends SyntaxFault {
  constructor() {
    super('it was not encrypted by this key')
  }
}

function proven(plain: () => Buffer, told: Uint8Array, reckoned: (plain: Buffer) => Buffer): Buffer {
  const found = plain()
  const sum = reckoned(found)
  if (sum.length !== told.length || !timingSafeEqual(sum, told)) throw new NotByThisKey()
  return found
}

const CONFOUNDER = 16

/** DK of RFC 3961 §5.1, with AES (RFC 3962 §4). */
function deriveKey(key: Uint8Array, constant: Uint8Array): Buffer {
  const blocks: Buffer[] = []
  let block = nFold(constant, 16)
  for (let octets = 0; octets < key.length; octets += block.length) {
    block = encryptCts(key, block)
    blocks.push(block)
  }
  return Buffer.concat(blocks)
}

/** aes128-cts-hmac-sha1-96 and aes256-cts-hmac-sha1-96 (RFC 3962). */
function aesSha1(id: number, keyBytes: 16 | 32, sumId: number): Encryption {
  const SUM = 12
  const sum = (key: Uint8Array, octets: Uint8Array) => hmac('sha1', key, octets).subarray(0, SUM)
  return {
    id,
    name: `aes${keyBytes * 8}-cts-hmac-sha1-96`,
    sumId,
    async keyOf(password, salt, params) {
      const base = await stretch(password, salt, iterationsOf(params, 4_096), keyBytes, 'sha1')
      return deriveKey(base, Buffer.from('kerberos'))
    },
    encrypt(key, usage, plain, confounder = randomBytes(CONFOUNDER)) {
      const octets = Buffer.concat([confounder, plain])
      const encrypted = encryptCts(deriveKey(key, purpose(usage, 0xaa)), octets)
      return Buffer.concat([encrypted, sum(deriveKey(key, purpose(usage, 0x55)), octets)])
    },
    decrypt(key, usage, octets) {
      const end = Math.max(0, octets.length - SUM)
      const plain = proven(
        () => decryptCts(deriveKey(key, purpose(usage, 0xaa)), octets.subarray(0, end)),
        octets.subarray(end),
        (found) => sum(deriveKey(key, purpose(usage, 0x55)), found),
      )
      return plain.subarray(CONFOUNDER)
    },
    sum: (key, usage, octets) => sum(deriveKey(key, purpose(usage, 0x99)), octets),
  }
}

/** KDF-HMAC-SHA2 (RFC 8009 §3). */
function deriveSha2(hash: string, key: Uint8Array, label: Uint8Array, octets: number): Buffer {
  const [one, bits] = [Buffer.from([0, 0, 0, 1]), Buffer.alloc(4)]
  bits.writeUInt32BE(octets * 8)
  return hmac(hash, key, one, label, Buffer.alloc(1), bits).subarray(0, octets)
}

/** aes128-cts-hmac-sha256-128 and aes256-cts-hmac-sha384-192 (RFC 8009). */
function aesSha2(id: number, keyBytes: 16 | 32, hash: 'sha256' | 'sha384', SUM: 16 | 24): Encryption {
  const name = `aes${keyBytes * 8}-cts-hmac-${hash}-${SUM * 8}`
  const sealing = (key: Uint8Array, usage: number) => deriveSha2(hash, key, purpose(usage, 0xaa), keyBytes)
  const sumOf = (key: Uint8Array, usage: number, of: 0x55 | 0x99, ...parts: Uint8Array[]) =>
    hmac(hash, deriveSha2(hash, key, purpose(usage, of), SUM), ...parts).subarray(0, SUM)
  const vector = Buffer.alloc(16)
  return {
    id,
    name,
    sumId: id,
    async keyOf(password, salt, params) {
      const salted = Buffer.concat([Buffer.from(`${name}\0`), salt])
      const base = await stretch(password, salted, iterationsOf(params, 32_768), keyBytes, hash)
      return deriveSha2(hash, base, Buffer.from('kerberos'), keyBytes)
    },
    encrypt(key, usage, plain, confounder = randomBytes(CONFOUNDER)) {
      const encrypted = encryptCts(sealing(key, usage), Buffer.concat([confounder, plain]))
      return Buffer.concat([encrypted, sumOf(key, usage, 0x55, vector, encrypted)])
    },
    decrypt(key, usage, octets) {
      const end = Math.max(0, octets.length - SUM)
      const encrypted = octets.subarray(0, end)
      const plain = proven(
        () => decryptCts(sealing(key, usage), encrypted),
        octets.subarray(end),
        () => sumOf(key, usage, 0x55, vector, encrypted),
      )
      return plain.subarray(CONFOUNDER)
    },
    sum: (key, usage, octets) => sumOf(key, usage, 0x99, octets),
  }
}

const SHORT = 8
const MD5 = 16

/** Where RFC 4757 §3 counts otherwise. */
const rc4Usage = (usage: number): Buffer => {
  const octets = Buffer.alloc(4)
  octets.writeUInt32LE(usage === KeyUsage.asReply ? 8 : usage)
  return octets
}

/** rc4-hmac (RFC 4757), which old domains have alone. */
const rc4Hmac: Encryption = {
  id: 23,
  name: 'rc4-hmac',
  sumId: -138,
  keyOf: async (password) => Buffer.from(md4(Buffer.from(password, 'utf16le'))),
  encrypt(key, usage, plain, confounder = randomBytes(SHORT)) {
    const octets = Buffer.concat([confounder, plain])
    const purposed = hmac('md5', key, rc4Usage(usage))
    const sum = hmac('md5', purposed, octets)
    return Buffer.concat([sum, rc4(hmac('md5', purposed, sum), octets)])
  },
  decrypt(key, usage, octets) {
    if (octets.length < MD5 + SHORT) throw new SyntaxFault('less than its head')
    const purposed = hmac('md5', key, rc4Usage(usage))
    const told = octets.subarray(0, MD5)
    const plain = proven(
      () => rc4(hmac('md5', purposed, told), octets.subarray(MD5)),
      told,
      (found) => hmac('md5', purposed, found),
    )
    return plain.subarray(SHORT)
  },
  sum(key, usage, octets) {
    const signing = hmac('md5', key, Buffer.from('signaturekey\0'))
    return hmac('md5', signing, createHash('md5').update(rc4Usage(usage)).update(octets).digest())
  },
}

/** Those from whose octets nobody guesses a password soon. Best first. */
export const strongEncryptions: readonly Encryption[] = [
  aesSha1(18, 32, 16),
  aesSha1(17, 16, 15),
  aesSha2(20, 32, 'sha384', 24),
  aesSha2(19, 16, 'sha256', 16),
]

/** RC4 last: only where there is nothing else. */
export const encryptions: readonly Encryption[] = [...strongEncryptions, rc4Hmac]

/** SyntaxFault for one that we do not know. */
export function encryptionOf(id: number): Encryption {
  const found = encryptions.find((each) => each.id === id)
  if (found === undefined) throw new SyntaxFault(`encryption of type ${id}`)
  return found
}
