/** Amazon's own client for WorkMail, as its customers call it. */
import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { peer } from '#test/support/peers.ts'
import { landbridge, ownCertificate } from './service-process.ts'

export type Output = Record<string, unknown>
/** `createUser`, `listUsers`, … by name. */
type WorkMailClient = Record<string, (input: object) => Promise<Output>> & { destroy(): void }
type Sdk = { WorkMail: new (options: object) => WorkMailClient }
type AccessKey = { AccessKeyId: string; SecretAccessKey: string }

const require = createRequire(import.meta.url)
export const awsSdk = peer('@aws-sdk/client-workmail', () => {
  try {
    return require.resolve('@aws-sdk/client-workmail')
  } catch {
    return undefined
  }
})

/** A client of the service that runs on `data`, with an access key of its own. */
export async function workMailClient(
  data: string,
  service: { addresses: Record<string, string> },
): Promise<{ client: WorkMailClient; endpoint: string; key: AccessKey }> {
  const { WorkMail } = require(awsSdk.found) as Sdk
  const made = await landbridge(['key', 'create-access', '--data', data, '--json']).ended
  const key = JSON.parse(made.stdout) as AccessKey
  const endpoint = service.addresses['administration API']!.replace('127.0.0.1', 'localhost')
  const client = new WorkMail({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey },
    requestHandler: { httpsAgent: new Agent({ ca: ownCertificate(data) }) },
  })
  return { client, endpoint, key }
}

/** The exception of this name, with a sentence. */
export const refusedAs = (type: string, work: Promise<unknown>): Promise<void> =>
  assert.rejects(work, (error: Error) => error.name === type && error.message.length > 20, type)
