import { lambdaOf } from '#src/wire/aws/lambda-invocation.ts'
import { type AccessKeyPair, signRequest } from '#src/wire/aws/signature.ts'

/** What shows a function that it is us: a signature for one of AWS, else the token. */
export function functionAuthorization(
  url: URL,
  body: Buffer,
  { token, awsKey }: { token: string | null; awsKey: AccessKeyPair | undefined },
): Record<string, string> {
  const lambda = lambdaOf(url.href)
  if (lambda === undefined) return token === null ? {} : { authorization: `Bearer ${token}` }
  if (awsKey === undefined) return {}
  const signed = { host: url.host, 'content-type': 'application/json' }
  return signRequest({ method: 'POST', target: url.pathname, headers: signed, body }, awsKey, {
    region: lambda.region,
    service: 'lambda',
    now: new Date(),
  })
}
