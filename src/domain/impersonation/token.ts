/**
 * Tokens of impersonation roles (IMP-02): they say which role they are of and until when, and are proved by the role's own
 * secret, so none is kept anywhere. A token ends with its role, whose rules are looked at each time it is used.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { OrganizationStore } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { ImpersonationRole } from './role.ts'

export const TOKEN_SECONDS = 900

const ID = 16
const TIME = 6
const NONCE = 12
const SAID = 2 * ID + TIME + NONCE
/**
 * Three parts with dots between, as libraries of EWS want bearer tokens to look; the first is found by scanners for secrets that
 * were published by mistake.
 */
const SHAPE = /^lbimp\.([A-Za-z0-9_-]{67})\.([A-Za-z0-9_-]{43})$/

/** A new token, 117 characters, good for 15 minutes. `now` in epoch milliseconds. */
export function makeImpersonationToken(
  organization: OrganizationId,
  role: Pick<ImpersonationRole, 'id' | 'secret'>,
  now: number,
): string {
  const said = Buffer.alloc(SAID)
  said.set(Buffer.from(organization.slice(2), 'hex'))
  said.set(Buffer.from(role.id.replaceAll('-', ''), 'hex'), ID)
  said.writeUIntBE(now + TOKEN_SECONDS * 1_000, 2 * ID, TIME)
  said.set(randomBytes(NONCE), 2 * ID + TIME)
  return `lbimp.${said.toString('base64url')}.${proofOf(role, said).toString('base64url')}`
}

const proofOf = ({ secret }: Pick<ImpersonationRole, 'secret'>, said: Uint8Array): Buffer =>
  createHmac('sha256', Buffer.from(secret, 'base64')).update(said).digest()

/** Whose a token is. Refuses `bad-credentials` for one that was not given, is too old, or whose role is no more. */
export async function checkImpersonationToken(
  organizations: Pick<OrganizationStore, 'find' | 'get'>,
  token: string,
  now: number,
): Promise<{ organization: OrganizationId; role: string }> {
  const [, first, last] = SHAPE.exec(token) ?? []
  if (first === undefined || last === undefined) throw notGood()
  const said = Buffer.from(first, 'base64url')
  // The last character of a part has more than one spelling of the same octets.
  if (said.toString('base64url') !== first) throw notGood()
  const hex = said.subarray(ID, 2 * ID).toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const organization = `m-${said.subarray(0, ID).toString('hex')}` as OrganizationId
  if (said.readUIntBE(2 * ID, TIME) <= now) throw notGood()
  if ((await organizations.find({ id: organization })) === undefined) throw notGood()
  const { settings } = await organizations.get(organization)
  const role = settings.impersonationRoles.find((each) => each.id === id)
  const proof = role && proofOf(role, said).toString('base64url')
  if (proof === undefined || !timingSafeEqual(Buffer.from(proof), Buffer.from(last))) throw notGood()
  return { organization, role: id }
}

const notGood = () =>
  new Refusal(
    'bad-credentials',
    'The token is not good, or not any more. Assume the impersonation role again.',
  )
