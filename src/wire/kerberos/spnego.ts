import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { application, context, der, objectId, octetString, parseDer, sequence } from './der.ts'
import { type KdcErrorMessage, parseError } from './messages.ts'

const SPNEGO = objectId('1.3.6.1.5.5.2')
const KERBEROS = objectId('1.2.840.113554.1.2.2')
/** As Windows calls it since it was mistaken by a bit. */
const MS_KERBEROS = objectId('1.2.840.48018.1.2.2')

const AP_REQUEST = Buffer.from([1, 0])
const KRB_ERROR = 0x0300

/** The token of Negotiate (RFC 4559 §5): NegTokenInit (RFC 4178 §4.2.1) around an AP-REQ (RFC 4121 §4.1). */
export function formatNegotiateToken(apRequest: Uint8Array): Buffer {
  const token = der(application(0), KERBEROS, AP_REQUEST, apRequest)
  const init = sequence(der(context(0), sequence(KERBEROS, MS_KERBEROS)), der(context(2), octetString(token)))
  return der(application(0), SPNEGO, der(context(0), init))
}

/** GSS_C_MUTUAL_FLAG and the others of RFC 4121 §4.1.1.1 are not asked for: TLS proves the server. */
const FLAGS = Buffer.alloc(4)

/** The checksum of type 0x8003 (RFC 4121 §4.1.1): to which channel the token belongs. `bindings` is MD5, null without TLS. */
export function channelSum(bindings: Uint8Array | null): { type: number; octets: Buffer } {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(16)
  return { type: 0x8003, octets: Buffer.concat([length, bindings ?? Buffer.alloc(16), FLAGS]) }
}

/** The Kerberos error in a server's answer; undefined where it says none. Never throws for what servers send. */
export function parseNegotiateError(token: Uint8Array): KdcErrorMessage | undefined {
  try {
    const value = parseDer(token)
    const response = value.tag === context(1) ? value.only(context(1)).members().find(2)?.octets() : token
    if (response === undefined) return undefined
    const said = errorOctets(response)
    return said === undefined ? undefined : parseError(said)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return undefined
  }
}

/** Behind the mechanism's name come two octets that say what follows, which are no DER. */
function errorOctets(octets: Uint8Array): Buffer | undefined {
  const { tag, content } = parseDer(octets)
  const said = content.subarray(KERBEROS.length)
  const isError = tag === application(0) && said.length > 2 && said.readUInt16BE() === KRB_ERROR
  return isError && content.indexOf(KERBEROS) === 0 ? said.subarray(2) : undefined
}
