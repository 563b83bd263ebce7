/** workmail.md section 19 and LIM-16, LIM-21, LIM-23: the longest value is taken, one character more or a strange one is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actions } from '#src/protocols/admin/actions/index.ts'

const x = (length: number) => 'x'.repeat(length)
const org = { OrganizationId: `m-${'0'.repeat(32)}` }
const arn = `arn:aws:workmail:local:000000000000:organization/m-${'0'.repeat(32)}`
const lambda = 'arn:aws:lambda:eu-west-1:012345678901:function:'
const ews = { EwsEndpoint: 'https://a.example/EWS', EwsUsername: 'u', EwsPassword: 'p' }
const url = (length: number) => `https://a.example/${x(length - 18)}`
const role = { ...org, Name: 'n', Type: 'READ_ONLY', Rules: [] }
const rule = (more: object) => ({
  ...role,
  Rules: [{ ImpersonationRuleId: 'r', Effect: 'ALLOW', TargetUsers: ['u'], ...more }],
})
const provider = (more: object) => ({ ...org, DomainName: 'a.example', EwsProvider: { ...ews, ...more } })
const address = (local: number, length: number) => `${x(local)}@${x(length - local - 4)}.ex`

/** Operation, a member of its input: what fits, and what does not. */
const limits: readonly [
  operation: string,
  member: string,
  fits: readonly object[],
  refused: readonly object[],
][] = [
  [
    'CreateGroup',
    'Name',
    [{ ...org, Name: x(256) }],
    [
      { ...org, Name: x(257) },
      { ...org, Name: 'Ж' },
    ],
  ],
  [
    'CreateUser',
    'Name',
    [{ ...org, Name: x(64), DisplayName: x(256), Password: x(256) }],
    [
      { ...org, Name: x(65), DisplayName: 'n' },
      { ...org, Name: 'a b', DisplayName: 'n' },
      { ...org, Name: 'n', DisplayName: x(257) },
      { ...org, Name: 'n', DisplayName: 'n', Password: x(257) },
      { ...org, Name: 'n', DisplayName: 'n', FirstName: x(257) },
    ],
  ],
  [
    'ResetPassword',
    'Password',
    [{ ...org, UserId: 'u', Password: x(256) }],
    [{ ...org, UserId: 'u', Password: x(257) }],
  ],
  [
    'UpdateUser',
    'attributes',
    [{ ...org, UserId: x(256), Department: x(256), Office: x(256) }],
    [
      { ...org, UserId: 'u', Department: x(257) },
      { ...org, UserId: x(257) },
    ],
  ],
  [
    'CreateResource',
    'Name',
    [{ ...org, Name: x(20), Type: 'ROOM', Description: x(64) }],
    [
      { ...org, Name: x(21), Type: 'ROOM' },
      { ...org, Name: 'r', Type: 'ROOM', Description: x(65) },
      { ...org, Name: 'r', Type: 'CAR' },
    ],
  ],
  [
    'CreateOrganization',
    'Alias',
    [{ Alias: x(62), KmsKeyArn: x(2_048) }],
    [{ Alias: x(63) }, { Alias: 'd-x' }, { Alias: 'a', KmsKeyArn: x(2_049) }],
  ],
  [
    'RegisterMailDomain',
    'DomainName',
    [{ ...org, DomainName: `${x(206)}.ex` }],
    [{ ...org, DomainName: `${x(207)}.ex` }],
  ],
  [
    'RegisterToWorkMail',
    'Email',
    [{ ...org, EntityId: 'e', Email: address(64, 254) }],
    [
      { ...org, EntityId: 'e', Email: address(65, 200) },
      { ...org, EntityId: 'e', Email: address(64, 255) },
      { ...org, EntityId: 'e', Email: 'ü@a.example' },
      { ...org, EntityId: 'e', Email: 'a@bücher.example' },
    ],
  ],
  [
    'TagResource',
    'Tags',
    [{ ResourceARN: arn, Tags: [{ Key: x(128), Value: x(256) }] }],
    [
      { ResourceARN: arn, Tags: [{ Key: x(129), Value: '' }] },
      { ResourceARN: arn, Tags: [{ Key: 'k', Value: x(257) }] },
    ],
  ],
  [
    'CreateImpersonationRole',
    'names',
    [{ ...role, Name: x(64), Description: x(256) }, rule({ Name: x(64), ImpersonationRuleId: x(64) })],
    [
      { ...role, Name: x(65) },
      { ...role, Name: 'a<b' },
      { ...role, Name: 'a\\b' },
      { ...role, Description: x(257) },
      rule({ Name: x(65) }),
      rule({ Name: 'a>b' }),
      rule({ ImpersonationRuleId: x(65) }),
    ],
  ],
  [
    'CreateAvailabilityConfiguration',
    'providers',
    [
      provider({ EwsEndpoint: url(256), EwsUsername: x(256), EwsPassword: x(256) }),
      { ...org, DomainName: 'a.example', LambdaProvider: { LambdaArn: `${lambda}ab` } },
    ],
    [
      provider({ EwsEndpoint: url(257) }),
      provider({ EwsEndpoint: 'ftp://a.example/' }),
      provider({ EwsUsername: x(257) }),
      provider({ EwsPassword: x(257) }),
      { ...org, DomainName: 'a.example', LambdaProvider: { LambdaArn: `${lambda}${x(256)}` } },
      { ...org, DomainName: 'a.example', LambdaProvider: { LambdaArn: 'arn:aws:s3:::x' } },
    ],
  ],
  [
    'ListUsers',
    'pages',
    [{ ...org, MaxResults: 100, NextToken: x(1_024) }],
    [
      { ...org, MaxResults: 101 },
      { ...org, MaxResults: 0 },
      { ...org, NextToken: x(1_025) },
    ],
  ],
  [
    'UpdateMailboxQuota',
    'MailboxQuota',
    [
      { ...org, UserId: 'u', MailboxQuota: 51_200 },
      { ...org, UserId: 'u', MailboxQuota: 1 },
    ],
    [
      { ...org, UserId: 'u', MailboxQuota: 51_201 },
      { ...org, UserId: 'u', MailboxQuota: 0 },
    ],
  ],
]

for (const [operation, member, fits, refused] of limits) {
  test(`${operation}: ${member}`, () => {
    const { input } = actions.get(operation)!
    for (const one of fits) {
      const { success, error } = input.safeParse(one)
      assert.ok(success, `${JSON.stringify(one).slice(0, 90)}: ${error?.message}`)
    }
    for (const one of refused)
      assert.equal(input.safeParse(one).success, false, JSON.stringify(one).slice(0, 200))
  })
}
