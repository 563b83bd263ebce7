import type { Migration } from '../driver/driver.ts'

/**
 * Mail on its way: the queue, the message trace, and how much was sent. In clear lie ids, times, sizes and counts;
 * routes and what the trace is searched by are blind keys, everything readable is sealed.
 */
export const delivery: Migration = {
  number: 4,
  name: 'delivery',
  up: ({ blob, clustered }) => [
    // `item` is in the transport mailbox of the organisation.
    `CREATE TABLE queue_message (
      org TEXT NOT NULL,
      id TEXT NOT NULL,
      item BIGINT NOT NULL,
      queued_at BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, id)
    )${clustered}`,
    'CREATE UNIQUE INDEX queue_message_by_item ON queue_message (org, item)',
    'CREATE INDEX queue_message_by_time ON queue_message (org, queued_at, id)',
    'CREATE INDEX queue_message_by_age ON queue_message (queued_at)',
    // `ready_at` is when it may be taken: the end of its lease, or its next attempt where it is not leased.
    `CREATE TABLE queue_recipient (
      org TEXT NOT NULL,
      message TEXT NOT NULL,
      route_key ${blob} NOT NULL,
      no BIGINT NOT NULL,
      ready_at BIGINT NOT NULL,
      next_attempt_at BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      uncertain_attempts BIGINT NOT NULL,
      leased_until BIGINT,
      lease_token BIGINT,
      delay_reported_at BIGINT,
      sealed ${blob} NOT NULL,
      sealed_problem ${blob},
      PRIMARY KEY (org, message, route_key, no)
    )${clustered}`,
    'CREATE INDEX queue_recipient_by_route ON queue_recipient (org, route_key, ready_at, message, no)',
    `CREATE INDEX queue_recipient_leased ON queue_recipient (org, message, route_key, no)
      WHERE lease_token IS NOT NULL`,
    // A destination for which something is queued; `ready_at` is the earliest of its recipients, or later while its
    // organisation's key is out of reach. Leasing looks at this first: one slow destination hides no other.
    `CREATE TABLE queue_route (
      org TEXT NOT NULL,
      route_key ${blob} NOT NULL,
      ready_at BIGINT NOT NULL,
      PRIMARY KEY (org, route_key)
    )${clustered}`,
    'CREATE INDEX queue_route_by_time ON queue_route (ready_at, org, route_key)',
    `CREATE TABLE trace_event (
      org TEXT NOT NULL,
      at BIGINT NOT NULL,
      no BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, at, no)
    )${clustered}`,
    // `day` counts from 1970-01-01. It comes first, so that new rows lie together and old ones go together.
    `CREATE TABLE trace_key (
      org TEXT NOT NULL,
      day BIGINT NOT NULL,
      search_key ${blob} NOT NULL,
      at BIGINT NOT NULL,
      no BIGINT NOT NULL,
      PRIMARY KEY (org, day, search_key, at, no)
    )${clustered}`,
    // External recipients sent to on a UTC day by an entry; `entry` is empty for the sum of the organisation.
    `CREATE TABLE send_count (
      org TEXT NOT NULL,
      day TEXT NOT NULL,
      entry TEXT NOT NULL,
      recipients BIGINT NOT NULL,
      PRIMARY KEY (org, day, entry)
    )${clustered}`,
  ],
}
