/** Where a Lambda function is invoked (AWS Lambda API, Invoke), for availability providers that stay with AWS. */

/** As WorkMail's model has it. */
export const lambdaArn =
  /^arn:aws(?:-[a-z]+)*:lambda:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:function:[a-zA-Z0-9\-_.]+(?::(?:\$LATEST|[a-zA-Z0-9\-_]+))?$/

const invocation =
  /^https:\/\/lambda\.([a-z0-9-]+)\.amazonaws\.com\/2015-03-31\/functions\/([^/]+)\/invocations$/

export function lambdaEndpoint(arn: string): string {
  const region = lambdaArn.exec(arn)?.[1]
  return `https://lambda.${region}.amazonaws.com/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`
}

/** The function behind an address that `lambdaEndpoint` made; undefined for any other. */
export function lambdaOf(endpoint: string): { arn: string; region: string } | undefined {
  const found = invocation.exec(endpoint)
  return found === null ? undefined : { region: found[1]!, arn: decodeURIComponent(found[2]!) }
}
