/** The schema as a whole: every type can be understood, and the TypeScript types are those of the schema. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { autodiscoverSchema } from '#src/wire/autodiscover/schema.ts'
import { ewsSchema } from '#src/wire/ews/schema.ts'
import type { ComplexType, Schema } from '#src/wire/xml/schema.ts'
import { schemaFiles } from '#test/support/ews-schema.ts'

for (const [name, schema] of Object.entries({ ewsSchema, autodiscoverSchema }) as [string, Schema][]) {
  test(`${name}: every type and every element of it is there`, () => {
    const names = schema.names('type')
    assert.ok(names.length > 50)
    for (const type of names.map((each) => schema.type(each))) {
      if (type.kind === 'complex') for (const field of type.fields) assert.ok(field.type, field.name)
    }
    for (const element of schema.elements.keys()) assert.ok(schema.root(element).type)
  })

  test(`${name}: no property has two meanings`, () => {
    for (const each of schema.names('type')) {
      const type = schema.type(each)
      if (type.kind === 'complex') assert.deepEqual(ambiguous(type), [], type.name)
    }
  })
}

function ambiguous({ fields, attributes, text }: ComplexType): string[] {
  const properties = [
    ...fields.map(({ property }) => property),
    ...attributes.keys(),
    ...(text ? ['Value'] : []),
  ]
  return properties.filter((property, at) => properties.indexOf(property) !== at)
}

/** Runs a script that makes files, only to say whether they are as they should be. */
function check(script: string, ...args: string[]): void {
  const path = join(import.meta.dirname, '../../../scripts', script)
  const { status, stderr } = spawnSync(process.execPath, [path, ...args, '--check'], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  assert.equal(status, 0, stderr)
}

test('the TypeScript types are those of the schemas', () => check('schema-types.ts'))

test("the schemas are those of Exchange's own files", { skip: schemaFiles.skip }, () =>
  check('ews-schema.ts', schemaFiles.folder()),
)

test('a schema that cannot be meant is our own fault, and said at once', () => {
  assert.throws(() => ewsSchema.type('NoSuchType'), /no type NoSuchType/)
  assert.throws(() => ewsSchema.root('m/NoSuchElement'), /no element m\/NoSuchElement/)
})
