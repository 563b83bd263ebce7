/**
 * Refuses a Node older than 26 before anything else of ours runs: better-sqlite3 13 dies of SIGSEGV on Node 20
 * when it opens a database, and a crash tells nobody what to do. Entry points import this file first, for its effect:
 *
 *     import '#src/base/node-version.ts'
 *
 * Modules are evaluated in the order of their imports, but all of them are linked before the first is evaluated. A file
 * that names an export an older Node lacks would fail with Node's words before ours, so an entry point imports the
 * rest with `await import(…)` after this one.
 *
 * Node 20 never gets here: `node src/main.ts` ends with "Unknown file extension .ts" (ERR_UNKNOWN_FILE_EXTENSION),
 * harmless but unhelpful. `bin/landbridge`, `npm start` and `npm test` are the ways in: by way of bin/with-node
 * they run the Node that `npm ci` brought. Exit code 69 is EX_UNAVAILABLE of sysexits.h, as in bin/landbridge.
 */
const least = 26
const here = process.versions.node

if (Number.parseInt(here, 10) < least) {
  process.stderr.write(
    `landbridge needs Node ${least} or newer and this is Node ${here}. ` +
      'Start it with bin/landbridge, or with `npm start` after `npm ci`, which brings the right one along.\n',
  )
  process.exit(69)
}
