import { z } from 'zod'
import {
  type AvailabilityConfiguration,
  type AvailabilityProvider,
  type AvailabilityTls,
  tlsVersions,
} from '#src/domain/availability/configuration.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { lambdaArn, lambdaEndpoint, lambdaOf } from '#src/wire/aws/lambda-invocation.ts'
import { present, timestamp } from './entries.ts'

/** The members that actions on availability configurations share, in the limits of the API's model; ours are marked. */

const endpoint = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^https?:\/\/[A-Za-z0-9._:/?#@!$&'()*+,;=%[\]~-]+$/, 'must be an HTTPS address')

/** Ours, beside the members of either provider. */
const tls = {
  Authorities: z.string().max(65_536).optional(),
  MinTlsVersion: z.enum(tlsVersions).optional(),
}

/** One of the three. FunctionProvider is ours: a function anywhere that speaks the same JSON. */
export const providerFields = {
  EwsProvider: z
    .object({
      EwsEndpoint: endpoint.max(256),
      EwsUsername: z.string().min(1).max(256),
      EwsPassword: z.string().min(1).max(256),
      ...tls,
    })
    .optional(),
  LambdaProvider: z
    .object({
      LambdaArn: z.string().min(49).max(256).regex(lambdaArn, 'must be the ARN of a Lambda function'),
    })
    .optional(),
  FunctionProvider: z
    .object({ Endpoint: endpoint, Token: z.string().min(1).max(4_096).optional(), ...tls })
    .optional(),
}

type Given = { [Name in keyof typeof providerFields]?: z.output<(typeof providerFields)[Name]> | undefined }

/** Refuses `invalid-parameter` unless there is exactly one. */
export function givenProvider(given: Given): { provider: AvailabilityProvider; secret: string | null } {
  const { EwsProvider: ews, LambdaProvider: lambda, FunctionProvider: ours } = given
  if ([ews, lambda, ours].filter((one) => one !== undefined).length !== 1)
    throw new Refusal(
      'invalid-parameter',
      'Give exactly one provider: EwsProvider, LambdaProvider or FunctionProvider.',
    )
  if (ews) {
    const { EwsEndpoint, EwsUsername: user, EwsPassword: secret } = ews
    return { provider: { type: 'ews', endpoint: EwsEndpoint, user, ...tlsOf(ews) }, secret }
  }
  if (lambda)
    return { provider: { type: 'function', endpoint: lambdaEndpoint(lambda.LambdaArn) }, secret: null }
  return {
    provider: { type: 'function', endpoint: ours!.Endpoint, ...tlsOf(ours!) },
    secret: ours!.Token ?? null,
  }
}

function tlsOf(given: {
  Authorities?: string | undefined
  MinTlsVersion?: AvailabilityTls['minVersion'] | undefined
}): { tls?: AvailabilityTls } {
  const { Authorities: authorities, MinTlsVersion: minVersion } = given
  if (!authorities && minVersion === undefined) return {}
  return { tls: { ...(authorities && { authorities }), ...(minVersion && { minVersion }) } }
}

const shownTls = ({ tls: given }: AvailabilityProvider) => ({
  Authorities: given?.authorities,
  MinTlsVersion: given?.minVersion,
})

/** Everything but passwords and tokens (FBI-06). */
export function availabilityMembers(configuration: AvailabilityConfiguration): JsonObject {
  const { domain, provider, createdAt, changedAt } = configuration
  return present({
    DomainName: domain,
    ...shownProvider(provider),
    DateCreated: timestamp(createdAt),
    DateModified: timestamp(changedAt),
  })
}

function shownProvider(provider: AvailabilityProvider): JsonObject {
  if (provider.type === 'ews') {
    const { endpoint: EwsEndpoint, user: EwsUsername } = provider
    return { ProviderType: 'EWS', EwsProvider: present({ EwsEndpoint, EwsUsername, ...shownTls(provider) }) }
  }
  const lambda = lambdaOf(provider.endpoint)
  if (lambda) return { ProviderType: 'LAMBDA', LambdaProvider: { LambdaArn: lambda.arn } }
  const shown = present({ Endpoint: provider.endpoint, ...shownTls(provider) })
  return { ProviderType: 'LAMBDA', FunctionProvider: shown }
}
