import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functionAuthorization } from '#connectors/free-busy/function-signature.ts'
import { parseAuthorization } from '#src/wire/aws/authorization.ts'
import { lambdaArn, lambdaEndpoint, lambdaOf } from '#src/wire/aws/lambda-invocation.ts'
import { signatureMatches } from '#src/wire/aws/signature.ts'

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:free-busy:live'

test('the address of a function says which function it is', () => {
  assert.deepEqual(lambdaOf(lambdaEndpoint(arn)), { arn, region: 'eu-west-1' })
  assert.equal(
    lambdaOf('https://lambda.eu-west-1.amazonaws.com.evil.example/2015-03-31/functions/a/invocations'),
    undefined,
  )
  assert.ok(!lambdaArn.test('arn:aws:s3:::bucket'))
})

test('a function of AWS is asked with a signature, and never with a token', () => {
  const url = new URL(lambdaEndpoint(arn))
  const body = Buffer.from('{}')
  const awsKey = { id: 'AKIDEXAMPLE', secret: 'sesame' }
  const headers = functionAuthorization(url, body, { token: 'token', awsKey })
  assert.doesNotMatch(JSON.stringify(headers), /token|sesame/)
  const authorization = parseAuthorization(headers.authorization!)
  const request = {
    method: 'POST',
    target: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json', 'x-amz-date': headers['x-amz-date']! },
    body,
  }
  assert.ok(signatureMatches(request, authorization!, headers['x-amz-date']!, 'sesame'))
  assert.deepEqual(functionAuthorization(url, body, { token: 'token', awsKey: undefined }), {})
})
